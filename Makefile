# Phial: one program, build/phial, from four floors of C. `make help` lists the targets.
#
# Variables worth setting:
#   CC=clang      builds apart, in build/clang/
#   SANITIZE=1    address and undefined-behaviour sanitizers, built apart, in build/sanitize/
#   WERROR=1      warnings are errors
#   BUILD=DIR     somewhere else than build/
#   SEED=7        other weeks of the simulated clinic than those of seed 1
#   ONLY="test_cbor test_merkle"   narrows unit, published and cli-tests to these names
#   V=1           shows the commands in full
#   PREFIX=/usr/local DESTDIR=     where install puts things

VERSION = 0.1.0

ifeq ($(origin CC),default)
CC = gcc
endif
BUILD  ?= build
PREFIX ?= /usr/local
ONLY   ?=

# ---- variants: each has its own folder, so switching between them rebuilds nothing

COMPILER := $(if $(findstring clang,$(CC)),clang,gcc)
ifeq ($(SANITIZE),1)
VARIANT := $(if $(filter clang,$(COMPILER)),clang-sanitize,sanitize)
else
VARIANT := $(COMPILER)
endif
OUT     := $(BUILD)/$(VARIANT)
PROGRAM := $(if $(filter gcc,$(VARIANT)),$(BUILD)/phial,$(OUT)/phial)
LIBRARY := $(if $(filter gcc,$(VARIANT)),$(BUILD)/libphial.a,$(OUT)/libphial.a)

# ---- sources, found where they lie

FLOORS   ?= schema crypto ledger cli
SOURCES  := $(sort $(foreach floor,$(FLOORS),$(wildcard $(floor)/*.c)))
MAIN     := $(filter cli/main.c,$(SOURCES))
PARTS    := $(patsubst %.c,$(OUT)/%.o,$(filter-out $(MAIN),$(SOURCES)))
MAIN_OBJ := $(patsubst %.c,$(OUT)/%.o,$(MAIN))
SUPPORT  := $(patsubst %.c,$(OUT)/%.o,$(sort $(wildcard tests/support/*.c)))

only      = $(if $(ONLY),$(filter $(addprefix %/,$(ONLY)),$(1)),$(1))
UNIT      := $(call only,$(patsubst %.c,$(OUT)/%,$(sort $(wildcard tests/unit/test_*.c))))
BENCHES   := $(patsubst %.c,$(OUT)/%,$(sort $(wildcard tests/bench/bench_*.c)))
PUBLISHED := $(call only,$(patsubst %.c,$(OUT)/%,$(sort $(wildcard tests/published/test_*.c))))
SCRIPTS   := $(sort $(filter-out tests/cli/harness.sh,$(wildcard tests/cli/*.sh)))
CLI_TESTS := $(call only,$(SCRIPTS:.sh=))

# ---- flags

PRODUCT_LIBS := libcrypto lmdb libcbor jansson libutf8proc
TEST_LIBS    := cmocka

# What tests/support/skip.c stands before, in test programs alone.
SKIPPABLE := judge_note judge_break judge_break_entry judge_open_case judge_open_another_case verdict_refusal rules_judge \
             signed_by

ifneq ($(filter-out help clean layers setup,$(or $(MAKECMDGOALS),all)),)
ifneq ($(shell pkg-config --exists $(PRODUCT_LIBS) $(TEST_LIBS) && echo found),found)
$(error pkg-config does not find all of $(PRODUCT_LIBS) $(TEST_LIBS): run scripts/setup)
endif
supported     = $(shell $(CC) -Werror $(1) -x c -c /dev/null -o /dev/null 2>/dev/null && echo $(1))
LIB_CFLAGS   := $(shell pkg-config --cflags $(PRODUCT_LIBS) $(TEST_LIBS))
PRODUCT_LINK := $(shell pkg-config --libs $(PRODUCT_LIBS)) -pthread
TEST_LINK    := $(shell pkg-config --libs $(TEST_LIBS))
HARDENING    := -fstack-protector-strong $(call supported,-fstack-clash-protection) \
                $(call supported,-fcf-protection)
endif

ifeq ($(SANITIZE),1)
PROTECTION := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else
PROTECTION := $(HARDENING) -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

CFLAGS  ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            $(if $(filter 1,$(WERROR)),-Werror)
COMPILE  = $(CC) -std=c17 -D_GNU_SOURCE -DPHIAL_VERSION='"$(VERSION)"' -I. $(LIB_CFLAGS) $(WARNINGS) \
           $(PROTECTION) -fPIE -pthread $(CPPFLAGS) $(CFLAGS)
LINK     = $(CC) $(PROTECTION) $(CFLAGS) -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack $(LDFLAGS)

# ---- targets

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all build-tests check unit published cli-tests sim year layers bench clang sanitize setup install clean help FORCE

all: $(LIBRARY) $(if $(MAIN),$(PROGRAM))  ## build the program, build/phial (the default)

check: unit published cli-tests layers  ## run every suite; with SANITIZE=1 under sanitizers

unit: $(UNIT)  ## run the unit tests, one program per module
	@scripts/run-tests unit $(UNIT)

published: $(PUBLISHED)  ## run the published test vectors against our code
	@scripts/run-tests published $(PUBLISHED)

cli-tests: all  ## run the program end to end, one script per subject
	@rm -rf $(OUT)/codes && mkdir -p $(OUT)/codes
	@PHIAL='$(abspath $(PROGRAM))' CODES='$(abspath $(OUT)/codes)' scripts/run-tests cli $(addsuffix .sh,$(CLI_TESTS))
	$(if $(ONLY)$(SANITIZE),,@PHIAL='$(abspath $(PROGRAM))' CODES='$(abspath $(OUT)/codes)' scripts/run-tests codes tests/codes/run)

sim: all  ## compare some weeks of simulated clinics with a model, line by line
	@PHIAL='$(abspath $(PROGRAM))' scripts/run-tests sim tests/sim/run

year: all  ## the same for a year of each, some 50,000 entries; no part of check
	@PHIAL='$(abspath $(PROGRAM))' SIM=year TEST_TIMEOUT=3600 scripts/run-tests sim tests/sim/run

layers:  ## prove that includes point down and each library has one home
	@scripts/run-tests layers scripts/layers

bench: $(BENCHES)  ## measure what recording costs, as ratios; no part of check
	@for program in $(BENCHES); do $$program || exit 1; done

build-tests: all $(UNIT) $(PUBLISHED) $(BENCHES)  ## build the program and all tests, run none

clang:  ## build program and tests with clang, warnings being errors
	@$(MAKE) --no-print-directory build-tests CC=clang WERROR=1

sanitize:  ## run every suite under the address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory check SANITIZE=1

setup:  ## install what building and testing need (Debian, Ubuntu)
	@scripts/setup

install: $(PROGRAM)  ## install the program under PREFIX (/usr/local), below DESTDIR if set
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 0755 $(PROGRAM) '$(DESTDIR)$(PREFIX)/bin/phial'

clean:  ## remove everything that was built
	rm -rf $(BUILD)

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ---- how things are made

say = $(if $(V),,@printf '%-8s %s\n' $(1) $(2) &&)

# A stamp's time changes only when its text does; what depends on it follows the text.
remember = mkdir -p $(@D) && printf '%s\n' $(1) | cmp -s - $@ || printf '%s\n' $(1) > $@
quoted   = '$(subst ','\'',$(1))'

$(OUT)/flags: FORCE
	@$(call remember,$(call quoted,$(COMPILE) $(LINK)))

$(OUT)/parts: FORCE
	@$(call remember,$(call quoted,$(PARTS)))

$(OUT)/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	$(call say,compile,$<) $(COMPILE) -MMD -MP -c $< -o $@

$(LIBRARY): $(PARTS) $(OUT)/parts
	@rm -f $@
	$(call say,archive,$@) $(AR) rcs $@ $(PARTS)

$(PROGRAM): $(MAIN_OBJ) $(LIBRARY)
	$(call say,link,$@) $(LINK) $^ $(PRODUCT_LINK) -o $@

$(UNIT) $(PUBLISHED) $(BENCHES): %: %.o $(SUPPORT) $(LIBRARY)
	$(call say,link,$@) $(LINK) $^ $(PRODUCT_LINK) $(TEST_LINK) $(SKIPPABLE:%=-Wl,--wrap=%) -o $@

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
