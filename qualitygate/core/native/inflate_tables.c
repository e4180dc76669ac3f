/* Tables of the codes of deflate (RFC 1951, 3.2): what the next bits of a stream mean. */

#include "inflate.h"

static const uint16_t LENGTH[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t LENGTH_EXTRA[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint8_t ORDER[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

static uint32_t literal_entry(unsigned symbol)
{
    if (symbol < 256)
        return LITERAL | 1u << 6 | symbol << 8;
    if (symbol == 256)
        return END;
    return symbol > 285 ? INVALID : (uint32_t)LENGTH_EXTRA[symbol - 257] << 6 | (uint32_t)LENGTH[symbol - 257] << 9;
}

static uint32_t distance_entry(unsigned symbol)
{
    if (symbol > 29)
        return INVALID;
    unsigned extra = symbol < 2 ? 0 : symbol / 2 - 1, base = symbol < 2 ? symbol + 1 : ((2 + symbol % 2) << extra) + 1;
    return extra << 6 | (uint32_t)base << 10;
}

/* A table of a code given by the lengths of its words; 0 for one that is not complete. */
static int tabled(uint32_t *table, int first, const uint8_t *lengths, int symbols, uint32_t (*entry)(unsigned))
{
    unsigned count[LONGEST + 1] = {0}, next[LONGEST + 2] = {0}, left = 1;
    uint32_t end = 1u << first;
    for (int i = 0; i < symbols; i++)
        count[lengths[i]]++;
    for (int length = 1; length <= LONGEST; length++) {
        if (2 * left < count[length])
            return 0;
        left = 2 * left - count[length];
        next[length + 1] = (next[length] + count[length]) << 1;
    }
    if (left != 0)
        return 0;
    for (int i = 0; i < (1 << first); i++)
        table[i] = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
        unsigned length = lengths[symbol];
        if (length == 0)
            continue;
        unsigned word = next[length]++, turned = 0;
        for (unsigned i = 0; i < length; i++)
            turned |= (word >> i & 1) << (length - 1 - i);
        uint32_t made = entry((unsigned)symbol) | length;
        if (length <= (unsigned)first) {
            for (unsigned i = turned; i < 1u << first; i += 1u << length)
                table[i] = made;
            continue;
        }
        unsigned start = turned & ((1u << first) - 1);
        if (table[start] == 0) {
            table[start] = LOOK | end << 8;
            end += (uint32_t)SECOND(first);
        }
        for (unsigned i = turned >> first; i < (unsigned)SECOND(first); i += 1u << (length - (unsigned)first))
            table[(table[start] >> 8 & 0xffff) + i] = made;
    }
    return 1;
}

/* Literals that come in twos and fit one look. Backwards, since what follows a word stands at a smaller index. */
static void paired(uint32_t *table)
{
    for (int i = (1 << LITERAL_BITS) - 1; i >= 0; i--) {
        uint32_t one = table[i], two = table[i >> (one & 15)], bits = (one & 63) + (two & 63);
        int both = (one & two & LITERAL) != 0 && bits <= LITERAL_BITS;
        table[i] = both ? LITERAL | bits | 2u << 6 | (one & 0xff00) | (two & 0xff00) << 8 : one;
    }
}

int fixed_tables(struct tables *tables)
{
    uint8_t lengths[288 + 32];
    for (int i = 0; i < 288; i++)
        lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    memset(lengths + 288, 5, 32);
    return tabled(tables->literal, LITERAL_BITS, lengths, 288, literal_entry) &&
           tabled(tables->distance, DISTANCE_BITS, lengths + 288, 32, distance_entry);
}

static uint32_t plain_entry(unsigned symbol)
{
    return LITERAL | symbol << 8;
}

int own_tables(struct input *in, struct tables *tables)
{
    unsigned literals = bits(in, 5) + 257, distances = bits(in, 5) + 1, order = bits(in, 4) + 4, at = 0;
    uint8_t lengths[19] = {0}, all[286 + 30];
    uint32_t table[128];
    if (literals > 286 || distances > 30)
        return 0;
    for (unsigned i = 0; i < order; i++)
        lengths[ORDER[i]] = (uint8_t)bits(in, 3);
    if (!tabled(table, 7, lengths, 19, plain_entry))
        return 0;
    while (at < literals + distances) {
        if (in->next > in->end + AHEAD)
            return 0;
        refill(in);
        uint32_t entry = table[in->hold & 127];
        unsigned symbol = entry >> 8 & 0xff, again = 1, value = symbol;
        drop(in, entry & 63);
        if (symbol >= 16) {
            if (symbol == 16 && at == 0)
                return 0;
            value = symbol == 16 ? all[at - 1] : 0;
            again = symbol == 16 ? 3 + bits(in, 2) : symbol == 17 ? 3 + bits(in, 3) : 11 + bits(in, 7);
        }
        if (at + again > literals + distances)
            return 0;
        memset(all + at, (int)value, again);
        at += again;
    }
    if (all[256] == 0 || !tabled(tables->literal, LITERAL_BITS, all, (int)literals, literal_entry) ||
        !tabled(tables->distance, DISTANCE_BITS, all + literals, (int)distances, distance_entry))
        return 0;
    paired(tables->literal);
    return 1;
}
