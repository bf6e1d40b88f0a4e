/* What tables hold, for whoever reads them by program. */
#ifndef CLI_FORMATS_H
#define CLI_FORMATS_H

#include "cli/options.h"

/* List the columns of every command that answers with a table. PH0715. */
enum ledger_status help_formats(const struct call *call, struct error *error);

#endif
