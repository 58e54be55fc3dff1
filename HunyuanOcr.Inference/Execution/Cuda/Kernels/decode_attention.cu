// hunyuanocr.DecodeAttention: one new token of each sequence attends to all tokens of its sequence in the paged cache. DecodeAttentionWide
// takes queries, keys and values in 32 bits. Rotation and norm of the new query and key and the write into the cache are part of it; scores,
// softmax and sums are in 32 bits. A block has CHUNK tokens of one key head; whoever ends last adds the chunks of its heads up in their order.
// Chunks are counted in tokens, so a sequence's result is the same whatever sequences are beside it.
#include "rotation.cuh"

constexpr int THREADS = 256;
constexpr int WARPS = THREADS / 32;
constexpr int TOKENS = 16; // of a warp; they lie in one block of the cache
constexpr int CHUNK = WARPS * TOKENS;
constexpr int TOGETHER = 2; // query heads for which keys and values are read once
constexpr int MOST_COUNTERS = 16384;

// Chunks that have been computed: of a row and its heads. Zero when the code is loaded and after each launch.
__device__ unsigned int arrived[MOST_COUNTERS];

// Softmax that is not complete: its numbers so far are to be divided by total, and all of that times 2^top.
struct Softmax
{
    float top;
    float total;
};

// Scores of a warp's tokens become weights, with the warp's top and total. A lane has LOADS tokens, and each of 32 / LANES lanes others.
template <int LANES, int LOADS>
__device__ __forceinline__ Softmax weigh(float (&scores)[LOADS])
{
    Softmax softmax = {scores[0], 0};
#pragma unroll
    for (int load = 1; load < LOADS; load++)
        softmax.top = fmaxf(softmax.top, scores[load]);
#pragma unroll
    for (int distance = 16; distance >= LANES; distance >>= 1)
        softmax.top = fmaxf(softmax.top, __shfl_xor_sync(0xFFFFFFFFu, softmax.top, distance));
#pragma unroll
    for (int load = 0; load < LOADS; load++)
    {
        scores[load] = exp2f(scores[load] - softmax.top);
        softmax.total += scores[load];
    }
#pragma unroll
    for (int distance = 16; distance >= LANES; distance >>= 1)
        softmax.total += __shfl_xor_sync(0xFFFFFFFFu, softmax.total, distance);
    return softmax;
}

// qkv [rows, (heads + 2 kvHeads) * SIZE]; cos and sin [rows, ropeWidth], SIZE or half of it; weights [SIZE]; caches [blocks, 2^blockBits,
// kvHeads, SIZE]; past [rows], tokens before the new one; table [rows, columns]; slots [rows], where the new token goes, or -1; output [rows,
// heads * SIZE] with heads = group * kvHeads; partial [rows, heads, most chunks, SIZE + 2]. Grid: x = key heads * pairs of a group's heads, y =
// most chunks, z = rows.
template <typename E, typename Q, int LANES>
__device__ __forceinline__ void decodeAttention(const Q* qkv, const float* cos, const float* sin, const float* queryWeight, const float* keyWeight,
    E* keyCache, E* valueCache, const int* past, const int* table, const int* slots, E* output, float* partial, int group, int kvHeads, int columns,
    int blockBits, int ropeWidth, float epsilon, float scale)
{
    constexpr int SIZE = 8 * LANES, SIDE = 32 / LANES, LOADS = TOKENS / SIDE, PAIRS = (SIZE / 2 + 31) / 32;
    __shared__ Four<float> query[TOGETHER][SIZE / 4];
    __shared__ Eight fresh[2][LANES]; // key and value of the new token
    __shared__ Four<float> sums[WARPS][TOGETHER][SIZE / 4];
    __shared__ Softmax softmaxes[WARPS][TOGETHER];
    __shared__ bool last;
    int heads = group * kvHeads, pairs = (group + TOGETHER - 1) / TOGETHER, unit = blockIdx.x, chunk = blockIdx.y, most = gridDim.y, row = blockIdx.z;
    int kvHead = pairs == 1 ? unit : unit / pairs, pair = unit - kvHead * pairs, firstHead = kvHead * group + pair * TOGETHER;
    int headsHere = group - pair * TOGETHER, counter = row * gridDim.x + unit;
    int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, eight = lane % LANES;
    int place = past[row], chunks = place / CHUNK + 1;
    if (chunk >= chunks)
        return;
    // All loads of the cache are started before anything is computed.
    int first = chunk * CHUNK + warp * TOKENS;
    Eight keys[LOADS] = {}, values[LOADS] = {};
    if (first < place)
    {
        long long block = table[(long long)row * columns + (first >> blockBits)];
        long long begin = ((block << blockBits) + (first & ((1 << blockBits) - 1))) * kvHeads * SIZE + kvHead * SIZE + eight * 8;
        int end = place - 1 - first;
#pragma unroll
        for (int load = 0; load < LOADS; load++)
        {
            int token = load * SIDE + lane / LANES;
            keys[load] = loadOnce(keyCache + begin + (long long)(token < end ? token : end) * kvHeads * SIZE);
        }
#pragma unroll
        for (int load = 0; load < LOADS; load++)
        {
            int token = load * SIDE + lane / LANES;
            values[load] = loadOnce(valueCache + begin + (long long)(token < end ? token : end) * kvHeads * SIZE);
        }
    }
    const Q* packed = qkv + (long long)row * (heads + 2 * kvHeads) * SIZE;
    bool holdsNew = chunk == chunks - 1;
    if (warp < TOGETHER || (warp == TOGETHER && holdsNew))
    {
        bool isQuery = warp < TOGETHER;
        float low[PAIRS] = {}, high[PAIRS] = {};
        if (!isQuery || warp < headsHere)
            rotateHead(low, high, packed + (long long)(isQuery ? firstHead + warp : heads + kvHead) * SIZE, cos + (long long)row * ropeWidth,
                sin + (long long)row * ropeWidth, isQuery ? queryWeight : keyWeight, SIZE / 2, ropeWidth == SIZE ? SIZE / 2 : 0, epsilon);
#pragma unroll
        for (int turn = 0; turn < PAIRS; turn++)
        {
            int i = lane + 32 * turn;
            if (i >= SIZE / 2)
                continue;
            if (isQuery)
            {
                float* to = reinterpret_cast<float*>(query[warp]);
                to[i] = low[turn] * scale;
                to[i + SIZE / 2] = high[turn] * scale;
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
        const Q* from = packed + (long long)(heads + kvHeads + kvHead) * SIZE;
        for (int i = lane; i < SIZE; i += 32)
            reinterpret_cast<E*>(fresh[1])[i] = narrowed<E>(toFloat(from[i]));
    }
    __syncthreads();
    if (holdsNew && pair == 0 && threadIdx.x < 2 * LANES && slots[row] >= 0)
    {
        E* cache = threadIdx.x < LANES ? keyCache : valueCache;
        reinterpret_cast<Eight*>(cache)[((long long)slots[row] * kvHeads + kvHead) * LANES + threadIdx.x % LANES] = fresh[threadIdx.x / LANES][threadIdx.x % LANES];
    }
    if (first <= place)
    {
        float wanted[TOGETHER][8], scores[TOGETHER][LOADS];
#pragma unroll
        for (int head = 0; head < TOGETHER; head++)
            widenEight(wanted[head], reinterpret_cast<const float*>(query[head]) + eight * 8);
#pragma unroll
        for (int load = 0; load < LOADS; load++)
        {
            int token = first + load * SIDE + lane / LANES;
            if (token == place)
            {
                keys[load] = fresh[0][eight];
                values[load] = fresh[1][eight];
            }
            float products[TOGETHER] = {};
#pragma unroll
            for (int i = 0; i < 8; i++)
            {
                float key = valueOf<E>(keys[load], i);
#pragma unroll
                for (int head = 0; head < TOGETHER; head++)
                    products[head] += wanted[head][i] * key;
            }
#pragma unroll
            for (int head = 0; head < TOGETHER; head++)
            {
#pragma unroll
                for (int distance = LANES / 2; distance > 0; distance >>= 1)
                    products[head] += __shfl_xor_sync(0xFFFFFFFFu, products[head], distance);
                scores[head][load] = token <= place ? products[head] : __uint_as_float(0xFF800000u);
            }
        }
#pragma unroll
        for (int head = 0; head < TOGETHER; head++)
        {
            Softmax softmax = weigh<LANES, LOADS>(scores[head]);
            if (lane == 0)
                softmaxes[warp][head] = softmax;
        }
        float mixed[TOGETHER][8] = {};
#pragma unroll
        for (int load = 0; load < LOADS; load++)
#pragma unroll
            for (int i = 0; i < 8; i++)
            {
                float value = valueOf<E>(values[load], i);
#pragma unroll
                for (int head = 0; head < TOGETHER; head++)
                    mixed[head][i] += scores[head][load] * value;
            }
#pragma unroll
        for (int head = 0; head < TOGETHER; head++)
        {
#pragma unroll
            for (int i = 0; i < 8; i++)
#pragma unroll
                for (int distance = 16; distance >= LANES; distance >>= 1)
                    mixed[head][i] += __shfl_xor_sync(0xFFFFFFFFu, mixed[head][i], distance);
            if (lane >= LANES)
                continue;
#pragma unroll
            for (int half = 0; half < 2; half++)
                sums[warp][head][eight * 2 + half] = {mixed[head][4 * half], mixed[head][4 * half + 1], mixed[head][4 * half + 2], mixed[head][4 * half + 3]};
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
        for (int other = 1; other < warps; other++)
            softmax.top = fmaxf(softmax.top, softmaxes[other][head].top);
        float sum = 0;
        for (int other = 0; other < warps; other++)
        {
            float factor = exp2f(softmaxes[other][head].top - softmax.top);
            softmax.total += factor * softmaxes[other][head].total;
            sum += factor * reinterpret_cast<const float*>(sums[other][head])[number];
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
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0)
        last = atomicAdd(&arrived[counter], 1u) == (unsigned int)(chunks - 1);
    __syncthreads();
    if (!last)
        return;
    __threadfence();
    if (threadIdx.x == 0)
        arrived[counter] = 0;
    if (!mine)
        return;
    float top = loadFresh(parts + SIZE);
#pragma unroll 8
    for (int other = 1; other < chunks; other++)
        top = fmaxf(top, loadFresh(parts + (long long)other * (SIZE + 2) + SIZE));
    float total = 0, sum = 0;
#pragma unroll 8
    for (int other = 0; other < chunks; other++)
    {
        const float* part = parts + (long long)other * (SIZE + 2);
        float factor = exp2f(loadFresh(part + SIZE) - top);
        total += factor * loadFresh(part + SIZE + 1);
        sum += factor * loadFresh(part + number);
    }
    *to = narrowed<E>(sum / total);
}

#define DECODE_ATTENTION(E, Q, name, size)                                                                                                       \
    extern "C" __global__ void __launch_bounds__(256, 2) decode_attention_##name##_##size(const Q* qkv, const float* cos, const float* sin,       \
        const float* queryWeight, const float* keyWeight, E* keyCache, E* valueCache, const int* past, const int* table, const int* slots,        \
        E* output, float* partial, int group, int kvHeads, int columns, int blockBits, int ropeWidth, float epsilon, float scale)                 \
    {                                                                                                                                             \
        decodeAttention<E, Q, size / 8>(qkv, cos, sin, queryWeight, keyWeight, keyCache, valueCache, past, table, slots, output, partial, group,  \
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
