// hunyuanocr.DecodeAttention: one new token of each sequence attends to all tokens of its sequence in the paged cache. DecodeAttentionWide
// takes queries, keys and values in 32 bits. Rotation and norm of the new query and key and the write into the cache are part of it. A block
// has CHUNK tokens of one key head; whoever ends last adds the chunks of its heads up in their order. Chunks are counted in tokens, so a
// sequence's result is the same whatever sequences are beside it. Both products are on the tensor cores, with sums in 32 bits; a query and
// the weights of the values are each split into two 16-bit numbers, which have 16 (bfloat16) or 22 bits together.
#include "rotation.cuh"
#include "tiles.cuh"

constexpr int THREADS = 256;
constexpr int WARPS = THREADS / 32;
constexpr int TOKENS = 16; // of a warp; they lie in one block of the cache
constexpr int CHUNK = WARPS * TOKENS;
constexpr int TOGETHER = 2; // query heads for which keys and values are read once
constexpr int MOST_COUNTERS = 16384;
constexpr int ADDED = 16; // chunks that are loaded at once to be added up

#define LEAST __uint_as_float(0xFF800000u) // minus infinity

// Chunks that have been computed: of a row and its heads. Zero when the code is loaded and after each launch.
__device__ unsigned int arrived[MOST_COUNTERS];

struct alignas(8) Two
{
    float at[2];
};

// Softmax that is not complete: its numbers so far are to be divided by total, and all of that times 2^top.
struct Softmax
{
    float top;
    float total;
};

// Scores become weights, with the warp's top and total: a lane has those of two tokens, as the three beside it.
__device__ __forceinline__ Softmax weigh(float (&scores)[2])
{
    Softmax softmax = {fmaxf(scores[0], scores[1]), 0};
#pragma unroll
    for (int distance = 16; distance >= 4; distance >>= 1)
        softmax.top = fmaxf(softmax.top, __shfl_xor_sync(0xFFFFFFFFu, softmax.top, distance));
#pragma unroll
    for (int i = 0; i < 2; i++)
        scores[i] = exp2f(scores[i] - softmax.top);
    softmax.total = scores[0] + scores[1];
#pragma unroll
    for (int distance = 16; distance >= 4; distance >>= 1)
        softmax.total += __shfl_xor_sync(0xFFFFFFFFu, softmax.total, distance);
    return softmax;
}

// Which of a warp's tokens a lane multiplies: of keys, two; of values, four.
__device__ __forceinline__ int keyToken(int i, int eighth)
{
    return i * 8 + eighth;
}

__device__ __forceinline__ int valueToken(int i, int quad)
{
    return (i >> 1) * 8 + quad * 2 + (i & 1);
}

// qkv [rows, (heads + 2 kvHeads) * SIZE]; cos and sin [rows, ropeWidth], SIZE or half of it; weights [SIZE]; caches [blocks, 2^blockBits,
// kvHeads, SIZE]; past [rows], tokens before the new one; table [rows, columns]; slots [rows], where the new token goes, or -1; output [rows,
// heads * SIZE] with heads = group * kvHeads; partial [rows, heads, most chunks, SIZE + 2]. Grid: x = key heads * pairs of a group's heads, y =
// most chunks, z = rows.
template <typename E, typename Q, int SIZE>
__device__ __forceinline__ void decodeAttention(const Q* qkv, const float* cos, const float* sin, const float* queryWeight, const float* keyWeight,
    E* keyCache, E* valueCache, const int* past, const int* table, const int* slots, E* output, float* partial, int group, int kvHeads, int columns,
    int blockBits, int ropeWidth, float epsilon, float scale)
{
    constexpr int EIGHTS = SIZE / 8, SETS = (SIZE + 31) / 32, HALVES = (SIZE + 63) / 64, PAIRS = (SIZE / 2 + 31) / 32;
    __shared__ Eight query[2][TOGETHER][EIGHTS]; // times scale: rounded, and what that has left over
    __shared__ Eight fresh[2][EIGHTS];           // key and value of the new token
    __shared__ Two sums[WARPS][TOGETHER][SIZE / 2];
    __shared__ Softmax softmaxes[WARPS][TOGETHER];
    __shared__ bool last;
    int heads = group * kvHeads, pairs = (group + TOGETHER - 1) / TOGETHER, unit = blockIdx.x, chunk = blockIdx.y, most = gridDim.y, row = blockIdx.z;
    int kvHead = pairs == 1 ? unit : unit / pairs, pair = unit - kvHead * pairs, firstHead = kvHead * group + pair * TOGETHER;
    int headsHere = group - pair * TOGETHER, counter = row * gridDim.x + unit;
    int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, quad = lane & 3, eighth = lane >> 2;
    int first = chunk * CHUNK + warp * TOKENS, column = first >> blockBits;
    long long block = column < columns ? table[(long long)row * columns + column] : 0;
    int place = past[row], chunks = place / CHUNK + 1;
    if (chunk >= chunks)
        return;
    // All loads of the cache are started before anything is computed: of keys, eight numbers of two tokens; of values, eight of four tokens.
    Eight keys[2][SETS] = {}, values[4][HALVES] = {};
    if (first < place)
    {
        long long begin = ((block << blockBits) + (first & ((1 << blockBits) - 1))) * kvHeads * SIZE + kvHead * SIZE;
        int end = place - 1 - first;
#pragma unroll
        for (int i = 0; i < 2; i++)
        {
            int token = keyToken(i, eighth);
            const E* from = keyCache + begin + (token < end ? token : end) * kvHeads * SIZE + quad * 8;
#pragma unroll
            for (int set = 0; set < SETS; set++)
                if (set * 32 + quad * 8 < SIZE)
                    keys[i][set] = loadOnce(from + set * 32);
        }
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            int token = valueToken(i, quad);
            const E* from = valueCache + begin + (token < end ? token : end) * kvHeads * SIZE + eighth * 8;
#pragma unroll
            for (int half = 0; half < HALVES; half++)
                if (half * 64 + eighth * 8 < SIZE)
                    values[i][half] = loadOnce(from + half * 64);
        }
    }
    const Q* mixed = qkv + (long long)row * (heads + 2 * kvHeads) * SIZE;
    bool holdsNew = chunk == chunks - 1;
    if (warp < TOGETHER || (warp == TOGETHER && holdsNew))
    {
        bool isQuery = warp < TOGETHER;
        float low[PAIRS] = {}, high[PAIRS] = {};
        if (!isQuery || warp < headsHere)
            rotateHead(low, high, mixed + (long long)(isQuery ? firstHead + warp : heads + kvHead) * SIZE, cos + (long long)row * ropeWidth,
                sin + (long long)row * ropeWidth, isQuery ? queryWeight : keyWeight, SIZE / 2, ropeWidth == SIZE ? SIZE / 2 : 0, epsilon);
#pragma unroll
        for (int turn = 0; turn < PAIRS; turn++)
        {
            int i = lane + 32 * turn;
            if (i >= SIZE / 2)
                continue;
            if (isQuery)
            {
                E *to = reinterpret_cast<E*>(query[0][warp]), *rest = reinterpret_cast<E*>(query[1][warp]);
                to[i] = narrowed<E>(low[turn] * scale);
                rest[i] = narrowed<E>(low[turn] * scale - toFloat(to[i]));
                to[i + SIZE / 2] = narrowed<E>(high[turn] * scale);
                rest[i + SIZE / 2] = narrowed<E>(high[turn] * scale - toFloat(to[i + SIZE / 2]));
            }
            else
            {
                E* to = reinterpret_cast<E*>(fresh[0]);
                to[i] = narrowed<E>(low[turn]);
                to[i + SIZE / 2] = narrowed<E>(high[turn]);
            }
        }
    }
    else if (warp == TOGETHER + 1 && holdsNew)
    {
        const Q* from = mixed + (long long)(heads + kvHeads + kvHead) * SIZE;
        for (int i = lane; i < SIZE; i += 32)
            reinterpret_cast<E*>(fresh[1])[i] = narrowed<E>(toFloat(from[i]));
    }
    __syncthreads();
    if (holdsNew && pair == 0 && threadIdx.x < 2 * EIGHTS && slots[row] >= 0)
    {
        E* cache = threadIdx.x < EIGHTS ? keyCache : valueCache;
        reinterpret_cast<Eight*>(cache)[((long long)slots[row] * kvHeads + kvHead) * EIGHTS + threadIdx.x % EIGHTS] = fresh[threadIdx.x / EIGHTS][threadIdx.x % EIGHTS];
    }
    if (first <= place)
    {
        if (holdsNew)
        {
#pragma unroll
            for (int i = 0; i < 2; i++)
#pragma unroll
                for (int set = 0; set < SETS; set++)
                    if (first + keyToken(i, eighth) == place && set * 4 + quad < EIGHTS)
                        keys[i][set] = fresh[0][set * 4 + quad];
#pragma unroll
            for (int i = 0; i < 4; i++)
#pragma unroll
                for (int half = 0; half < HALVES; half++)
                    if (first + valueToken(i, quad) == place && half * 8 + eighth < EIGHTS)
                        values[i][half] = fresh[1][half * 8 + eighth];
        }
        // Keys times queries. Columns of the second factor: both heads rounded, what that has left over of both, and all four again.
        float products[4] = {};
#pragma unroll
        for (int set = 0; set < SETS; set++)
        {
            Eight wanted = {};
            if (set * 4 + quad < EIGHTS)
                wanted = query[eighth >> 1 & 1][eighth & 1][set * 4 + quad];
#pragma unroll
            for (int i = 0; i < 4; i += 2)
            {
                unsigned int a[4] = {keys[0][set].pair[i], keys[1][set].pair[i], keys[0][set].pair[i + 1], keys[1][set].pair[i + 1]};
                multiplyTile(products, a, wanted.pair[i], wanted.pair[i + 1], E());
            }
        }
        float scores[TOGETHER][2];
#pragma unroll
        for (int head = 0; head < TOGETHER; head++)
        {
#pragma unroll
            for (int i = 0; i < 2; i++)
            {
                float score = products[2 * i + head] + __shfl_xor_sync(0xFFFFFFFFu, products[2 * i + head], 1);
                scores[head][i] = first + keyToken(i, eighth) <= place ? score : LEAST;
            }
            Softmax softmax = weigh(scores[head]);
            if (lane == 0)
                softmaxes[warp][head] = softmax;
        }
        // Values, columns and rows changed, times weights. Columns of the second factor: both heads, four times.
        float weights[4], kept[2];
#pragma unroll
        for (int i = 0; i < 2; i++)
            kept[i] = quad & 1 ? scores[1][i] : scores[0][i];
#pragma unroll
        for (int i = 0; i < 4; i++)
            weights[i] = __shfl_sync(0xFFFFFFFFu, kept[i >> 1], (valueToken(i, quad) & 7) * 4 + (eighth & 1));
        unsigned int rounded[2], left[2];
#pragma unroll
        for (int i = 0; i < 2; i++)
        {
            rounded[i] = packed(weights[2 * i], weights[2 * i + 1], E());
            left[i] = packed(weights[2 * i] - valueOf<E>(rounded[i], 0), weights[2 * i + 1] - valueOf<E>(rounded[i], 1), E());
        }
#pragma unroll
        for (int half = 0; half < HALVES; half++)
#pragma unroll
            for (int i = 0; i < 4; i++)
            {
                unsigned int a[4];
#pragma unroll
                for (int j = 0; j < 4; j++)
                    a[j] = __byte_perm(values[j >> 1 << 1][half].pair[i], values[(j >> 1 << 1) + 1][half].pair[i], j & 1 ? 0x7632 : 0x5410);
                float numbers[4] = {};
                multiplyTile(numbers, a, rounded[0], rounded[1], E());
                multiplyTile(numbers, a, left[0], left[1], E());
                if (quad != i || half * 8 + eighth >= EIGHTS)
                    continue;
                sums[warp][0][(half * 8 + eighth) * 4 + i] = {numbers[0], numbers[2]};
                sums[warp][1][(half * 8 + eighth) * 4 + i] = {numbers[1], numbers[3]};
            }
    }
    __syncthreads();
    // From here on a thread has one number of one head.
    int head = threadIdx.x / SIZE, number = threadIdx.x % SIZE, warps = (place - chunk * CHUNK) / TOKENS + 1;
    bool mine = head < TOGETHER && head < headsHere;
    warps = warps < WARPS ? warps : WARPS;
    E* to = output + ((long long)row * heads + firstHead + head) * SIZE + number;
    float* parts = partial + ((long long)row * heads + firstHead + head) * most * (SIZE + 2);
    if (mine)
    {
        Softmax softmax = {softmaxes[0][head].top, 0};
#pragma unroll
        for (int other = 1; other < WARPS; other++)
            softmax.top = fmaxf(softmax.top, other < warps ? softmaxes[other][head].top : softmax.top);
        float sum = 0;
#pragma unroll
        for (int other = 0; other < WARPS; other++)
        {
            if (other >= warps)
                continue;
            float factor = exp2f(softmaxes[other][head].top - softmax.top);
            softmax.total += factor * softmaxes[other][head].total;
            sum += factor * sums[other][head][number >> 1].at[number & 1];
        }
        if (chunks == 1)
            *to = narrowed<E>(sum / softmax.total);
        else
        {
            float* part = parts + (long long)chunk * (SIZE + 2);
            part[number] = sum;
            if (number == 0)
            {
                part[SIZE] = softmax.top;
                part[SIZE + 1] = softmax.total;
            }
        }
    }
    if (chunks == 1)
        return;
    __syncthreads();
    if (threadIdx.x == 0)
    {
        __threadfence();
        last = atomicAdd(&arrived[counter], 1u) == (unsigned int)(chunks - 1);
        __threadfence();
    }
    __syncthreads();
    if (!last)
        return;
    if (threadIdx.x == 0)
        arrived[counter] = 0;
    if (!mine)
        return;
    float top = LEAST, total = 0, sum = 0;
    for (int from = 0; from < chunks; from += ADDED)
    {
        float tops[ADDED], totals[ADDED], numbers[ADDED], before = top;
#pragma unroll
        for (int i = 0; i < ADDED; i++)
        {
            const float* part = parts + (long long)(from + i) * (SIZE + 2);
            bool there = from + i < chunks;
            tops[i] = there ? loadFresh(part + SIZE) : LEAST;
            totals[i] = there ? loadFresh(part + SIZE + 1) : 0;
            numbers[i] = there ? loadFresh(part + number) : 0;
        }
#pragma unroll
        for (int i = 0; i < ADDED; i++)
            top = fmaxf(top, tops[i]);
        float factor = exp2f(before - top);
        total *= factor;
        sum *= factor;
#pragma unroll
        for (int i = 0; i < ADDED; i++)
        {
            factor = exp2f(tops[i] - top);
            total += factor * totals[i];
            sum += factor * numbers[i];
        }
    }
    *to = narrowed<E>(sum / total);
}

#define DECODE_ATTENTION(E, Q, name, size)                                                                                                       \
    extern "C" __global__ void __launch_bounds__(256, 3) decode_attention_##name##_##size(const Q* qkv, const float* cos, const float* sin,       \
        const float* queryWeight, const float* keyWeight, E* keyCache, E* valueCache, const int* past, const int* table, const int* slots,        \
        E* output, float* partial, int group, int kvHeads, int columns, int blockBits, int ropeWidth, float epsilon, float scale)                 \
    {                                                                                                                                             \
        decodeAttention<E, Q, size>(qkv, cos, sin, queryWeight, keyWeight, keyCache, valueCache, past, table, slots, output, partial, group,  \
            kvHeads, columns, blockBits, ropeWidth, epsilon, scale);                                                                              \
    }

#define DECODE_ATTENTION_OF(size)                       \
    DECODE_ATTENTION(Fp16, Fp16, fp16, size)            \
    DECODE_ATTENTION(Bf16, Bf16, bf16, size)            \
    DECODE_ATTENTION(Fp16, float, wide_fp16, size)      \
    DECODE_ATTENTION(Bf16, float, wide_bf16, size)

DECODE_ATTENTION_OF(16)
DECODE_ATTENTION_OF(32)
DECODE_ATTENTION_OF(64)
DECODE_ATTENTION_OF(128)
