// hunyuanocr.DecodeAttention: one new token of each sequence attends to all tokens of its sequence in the paged cache. DecodeAttentionWide
// takes queries, keys and values in 32 bits. Rotation and norm of the new query and key and the write into the cache are part of it. A block
// has a chunk of CHUNK tokens of one key head, or several one after another, and loads the next while it computes one; whoever ends last adds
// the chunks of its heads up in their order. Chunks are counted in tokens, so a sequence's result is the same whatever sequences are beside it.
#include "attention_tokens.cuh"
#include "rotation.cuh"

constexpr int THREADS = 256;
constexpr int WARPS = THREADS / 32;
constexpr int CHUNK = WARPS * TOKENS;
constexpr int MOST_COUNTERS = 16384;
constexpr int ADDED = 16; // chunks that are loaded at once to be added up

// Chunks that have been computed: of a row and its heads. Zero when the code is loaded and after each launch.
__device__ unsigned int arrived[MOST_COUNTERS];

// A head turned and normed by a warp, narrowed; of a query, `rest` is what that has left over.
template <typename E, int SIZE, typename Q>
__device__ __forceinline__ void storeHead(Eight* rounded, Eight* rest, const Q* from, const float* cosines, const float* sines, const float* weight, int ropeWidth,
    float epsilon, float scale)
{
    constexpr int PAIRS = (SIZE / 2 + 31) / 32;
    float low[PAIRS] = {}, high[PAIRS] = {};
    rotateHead(low, high, from, cosines, sines, weight, SIZE / 2, ropeWidth == SIZE ? SIZE / 2 : 0, epsilon);
    E *to = reinterpret_cast<E*>(rounded), *left = reinterpret_cast<E*>(rest);
#pragma unroll
    for (int pair = 0; pair < PAIRS; pair++)
    {
        int i = (threadIdx.x & 31) + 32 * pair;
        if (i >= SIZE / 2)
            continue;
        to[i] = narrowed<E>(low[pair] * scale);
        to[i + SIZE / 2] = narrowed<E>(high[pair] * scale);
        if (rest == nullptr)
            continue;
        left[i] = narrowed<E>(low[pair] * scale - toFloat(to[i]));
        left[i + SIZE / 2] = narrowed<E>(high[pair] * scale - toFloat(to[i + SIZE / 2]));
    }
}

// One number of a head from those that all chunks have left, in their order.
template <int SIZE>
__device__ __forceinline__ float addChunks(const float* parts, int chunks, int number)
{
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
    return sum / total;
}

// Where a warp's tokens of a chunk lie: the number of the first, from which they are in one block of the cache.
struct WarpPlace
{
    int first;
    long long begin;
};

__device__ __forceinline__ WarpPlace placeOf(int chunk, const int* table, int columns, int blockBits, int step)
{
    int first = chunk * CHUNK + (threadIdx.x >> 5) * TOKENS, column = first >> blockBits;
    long long block = column < columns ? table[column] : 0;
    return {first, ((block << blockBits) + (first & ((1 << blockBits) - 1))) * step};
}

// One number of one head from those of all warps of the block; softmax becomes that of all of them.
template <int SIZE>
__device__ __forceinline__ float addWarps(Softmax& softmax, const Two (&sums)[WARPS][TOGETHER][SIZE / 2], const Softmax (&softmaxes)[WARPS][TOGETHER], int warps, int head, int number)
{
    softmax = {softmaxes[0][head].top, 0};
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
    return sum;
}

// qkv [rows, (heads + 2 kvHeads) * SIZE]; cos and sin [rows, ropeWidth], SIZE or half of it; weights [SIZE]; caches [blocks, 2^blockBits,
// kvHeads, SIZE]; past [rows], tokens before the new one; table [rows, columns]; slots [rows], where the new token goes, or -1; output [rows,
// heads * SIZE] with heads = group * kvHeads; partial [rows, heads, most, SIZE + 2] for `most` chunks. Grid: x = key heads * pairs of a group's
// heads, y = blocks that share the chunks of a row, without SEVERAL as
// many as chunks, z = rows. How many share them does not change the result.
template <typename E, typename Q, int SIZE, bool SEVERAL>
__device__ __forceinline__ void decodeAttention(const Q* qkv, const float* cos, const float* sin, const float* queryWeight, const float* keyWeight,
    E* keyCache, E* valueCache, const int* past, const int* table, const int* slots, E* output, float* partial, int group, int kvHeads, int columns,
    int most, int blockBits, int ropeWidth, float epsilon, float scale)
{
    constexpr int EIGHTS = SIZE / 8;
    __shared__ Eight query[2][TOGETHER][EIGHTS]; // times scale: rounded, and what that has left over
    __shared__ Eight fresh[2][EIGHTS];           // key and value of the new token
    __shared__ Two sums[SEVERAL ? 2 : 1][WARPS][TOGETHER][SIZE / 2]; // of a chunk and of the one before, which may still be read
    __shared__ Softmax softmaxes[SEVERAL ? 2 : 1][WARPS][TOGETHER];
    __shared__ bool last;
    int heads = group * kvHeads, pairs = (group + TOGETHER - 1) / TOGETHER, unit = blockIdx.x, row = blockIdx.z;
    int kvHead = pairs == 1 ? unit : unit / pairs, pair = unit - kvHead * pairs, firstHead = kvHead * group + pair * TOGETHER;
    int headsHere = group - pair * TOGETHER, lane = threadIdx.x & 31, warp = threadIdx.x >> 5, step = kvHeads * SIZE;
    table += (long long)row * columns;
    keyCache += kvHead * SIZE;
    valueCache += kvHead * SIZE;
    int chunk = blockIdx.y;
    WarpPlace here = placeOf(chunk, table, columns, blockBits, step);
    int place = past[row], chunks = place / CHUNK + 1, shared = gridDim.y < chunks ? gridDim.y : chunks;
    if (chunk >= chunks)
        return;
    // Loads of the cache are started as early as there is room for them: the first before anything is computed.
    Tokens<SIZE> tokens = {};
    if (here.first < place)
    {
        loadKeys(tokens, keyCache + here.begin, step, place - 1 - here.first);
        loadValues(tokens, valueCache + here.begin, step, place - 1 - here.first);
    }
    bool holdsNew = (chunks - 1 - chunk) % shared == 0, isQuery = warp < TOGETHER;
    const Q* mixed = qkv + (long long)row * (heads + 2 * kvHeads) * SIZE;
    if (isQuery || (warp == TOGETHER && holdsNew))
    {
        // Of an odd number of heads the last one twice.
        int head = isQuery ? firstHead + (warp < headsHere ? warp : 0) : heads + kvHead;
        storeHead<E, SIZE>(isQuery ? query[0][warp] : fresh[0], isQuery ? query[1][warp] : nullptr, mixed + (long long)head * SIZE, cos + (long long)row * ropeWidth,
            sin + (long long)row * ropeWidth, isQuery ? queryWeight : keyWeight, ropeWidth, epsilon, isQuery ? scale : 1);
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
        int which = threadIdx.x / EIGHTS, eight = threadIdx.x % EIGHTS;
        reinterpret_cast<Eight*>((which == 0 ? keyCache : valueCache) + (long long)slots[row] * step)[eight] = fresh[which][eight];
    }
    // Where sums are added up, a thread has one number of one head.
    int head = threadIdx.x / SIZE, number = threadIdx.x % SIZE, turn = 0;
    bool mine = head < TOGETHER && head < headsHere;
    E* to = output + ((long long)row * heads + firstHead + head) * SIZE + number;
    float* parts = partial + ((long long)row * heads + firstHead + head) * most * (SIZE + 2);
    for (; chunk < chunks; chunk += gridDim.y, turn ^= 1)
    {
        // Only the last chunk may be without tokens of this warp, and only the new token is not in the cache.
        WarpPlace next = placeOf(chunk + gridDim.y, table, columns, blockBits, step);
        bool goesOn = SEVERAL && chunk + gridDim.y < chunks && next.first < place;
        if (here.first <= place)
        {
            if (chunk == chunks - 1)
                setToken(tokens, fresh, place - here.first);
            float scores[TOGETHER][2];
            multiplyKeys<E>(scores, tokens, query);
            if (goesOn)
                loadKeys(tokens, keyCache + next.begin, step, place - 1 - next.first);
#pragma unroll
            for (int each = 0; each < TOGETHER; each++)
            {
#pragma unroll
                for (int i = 0; i < 2; i++)
                    if (here.first + keyToken(i, lane >> 2) > place)
                        scores[each][i] = LEAST;
                Softmax softmax = weigh(scores[each]);
                if (lane == 0)
                    softmaxes[turn][warp][each] = softmax;
            }
            multiplyValues<E>(sums[turn][warp], tokens, scores);
            if (goesOn)
                loadValues(tokens, valueCache + next.begin, step, place - 1 - next.first);
        }
        __syncthreads();
        if (mine)
        {
            Softmax softmax;
            float sum = addWarps<SIZE>(softmax, sums[turn], softmaxes[turn], (place - chunk * CHUNK) / TOKENS + 1, head, number);
            float* part = parts + (long long)chunk * (SIZE + 2);
            if (chunks == 1)
                *to = narrowed<E>(sum / softmax.total);
            else
                part[number] = sum;
            if (chunks > 1 && number == 0)
            {
                part[SIZE] = softmax.top;
                part[SIZE + 1] = softmax.total;
            }
        }
        if (!SEVERAL)
            break;
        here = next;
    }
    if (chunks == 1)
        return;
    __syncthreads();
    if (shared > 1)
    {
        if (threadIdx.x == 0)
        {
            unsigned int* counter = &arrived[row * gridDim.x + unit];
            __threadfence();
            last = atomicAdd(counter, 1u) == (unsigned int)(shared - 1);
            if (last)
            {
                __threadfence();
                *counter = 0;
            }
        }
        __syncthreads();
        if (!last)
            return;
    }
    if (mine)
        *to = narrowed<E>(addChunks<SIZE>(parts, chunks, number));
}

#define DECODE_ATTENTION(E, Q, name, size, several, blocks)                                                                                       \
    extern "C" __global__ void __launch_bounds__(256, blocks) decode_attention_##name##_##size(const Q* qkv, const float* cos, const float* sin,    \
        const float* queryWeight, const float* keyWeight, E* keyCache, E* valueCache, const int* past, const int* table, const int* slots,          \
        E* output, float* partial, int group, int kvHeads, int columns, int most, int blockBits, int ropeWidth, float epsilon, float scale)         \
    {                                                                                                                                               \
        decodeAttention<E, Q, size, several>(qkv, cos, sin, queryWeight, keyWeight, keyCache, valueCache, past, table, slots, output, partial,      \
            group, kvHeads, columns, most, blockBits, ropeWidth, epsilon, scale);                                                                   \
    }

// Several chunks of a block take more registers: two blocks on a multiprocessor instead of three.
#define DECODE_ATTENTION_OF(size)                                      \
    DECODE_ATTENTION(Fp16, Fp16, fp16, size, false, 3)                 \
    DECODE_ATTENTION(Bf16, Bf16, bf16, size, false, 3)                 \
    DECODE_ATTENTION(Fp16, float, wide_fp16, size, false, 3)           \
    DECODE_ATTENTION(Bf16, float, wide_bf16, size, false, 3)           \
    DECODE_ATTENTION(Fp16, Fp16, several_fp16, size, true, 2)          \
    DECODE_ATTENTION(Bf16, Bf16, several_bf16, size, true, 2)          \
    DECODE_ATTENTION(Fp16, float, several_wide_fp16, size, true, 2)    \
    DECODE_ATTENTION(Bf16, float, several_wide_bf16, size, true, 2)

DECODE_ATTENTION_OF(16)
DECODE_ATTENTION_OF(32)
DECODE_ATTENTION_OF(64)
DECODE_ATTENTION_OF(128)
