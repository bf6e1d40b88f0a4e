/* The stored trees: nodes under tree, level and index. */
#include <string.h>

#include "ledger/state.h"

static struct bytes key_of_node(struct store_key *key, uint8_t tree, unsigned level, uint64_t index)
{
    key->bytes[0] = tree;
    key->bytes[1] = (uint8_t)level;
    put_u64(key->bytes + 2, index);
    return bytes_of(key->bytes, 10);
}

static bool tree_read(void *context, unsigned level, uint64_t index, struct digest *node)
{
    struct tree *tree = context;
    struct store_key key;
    struct bytes value;
    bool found = false;

    tree->status = store_get(tree->txn, STORE_TREE, key_of_node(&key, tree->number, level, index), &found, &value,
                             &tree->error);
    if (tree->status == LEDGER_OK && (!found || value.size != DIGEST_SIZE))
        tree->status = error_set(&tree->error, REFUSAL_DAMAGED_FILE, "node %u/%llu of tree %u is missing", level,
                                 (unsigned long long)index, tree->number);
    if (tree->status != LEDGER_OK)
        return false;
    memcpy(node->bytes, value.data, DIGEST_SIZE);
    return true;
}

static bool tree_write(void *context, unsigned level, uint64_t index, const struct digest *node)
{
    struct tree *tree = context;
    struct store_key key;

    tree->status = store_put(tree->txn, STORE_TREE, key_of_node(&key, tree->number, level, index),
                             bytes_of(node->bytes, DIGEST_SIZE), &tree->error);
    return tree->status == LEDGER_OK;
}

struct merkle_store tree_open(struct tree *tree, struct store_txn *txn, uint8_t number)
{
    *tree = (struct tree){ .txn = txn, .number = number, .status = LEDGER_OK };
    return (struct merkle_store){ .context = tree, .read = tree_read, .write = tree_write };
}
