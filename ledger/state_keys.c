/* Keys of the tables of the store, and numbers as they stand in them. */
#include <assert.h>
#include <string.h>

#include "ledger/state.h"

void put_u32(uint8_t out[static 4], uint32_t number)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(number >> (24 - 8 * i));
}

uint32_t get_u32(const uint8_t in[static 4])
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

void put_u64(uint8_t out[static 8], uint64_t number)
{
    put_u32(out, (uint32_t)(number >> 32));
    put_u32(out + 4, (uint32_t)number);
}

uint64_t get_u64(const uint8_t in[static 8])
{
    return (uint64_t)get_u32(in) << 32 | get_u32(in + 4);
}

struct bytes key_of_entry(struct store_key *key, uint32_t number)
{
    put_u32(key->bytes, number);
    return bytes_of(key->bytes, 4);
}

struct bytes key_of_leaf(struct store_key *key, unsigned table, uint32_t id)
{
    key->bytes[0] = (uint8_t)table;
    put_u32(key->bytes + 1, id);
    return bytes_of(key->bytes, 5);
}

struct bytes key_of_touch(struct store_key *key, unsigned subject, uint32_t id, uint32_t n)
{
    key->bytes[0] = (uint8_t)subject;
    put_u32(key->bytes + 1, id);
    put_u32(key->bytes + 5, n);
    return bytes_of(key->bytes, 9);
}

struct bytes key_of_checkpoint(struct store_key *key, uint32_t size)
{
    return key_of_entry(key, size);
}

struct bytes key_of_name(struct store_key *key, enum name_class name_class, struct bytes bytes)
{
    assert(bytes.size < sizeof key->bytes);
    key->bytes[0] = (uint8_t)name_class;
    memcpy(key->bytes + 1, bytes.data, bytes.size);
    return bytes_of(key->bytes, bytes.size + 1);
}
