// What a warp of decode_attention.cu does with its tokens: loads their keys and values, gives them scores, adds their values up. Both products
// are on the tensor cores, with sums in 32 bits; what the keys and the values are multiplied by is split into two 16-bit numbers, which have
// 16 (bfloat16) or 22 bits together.
#pragma once
#include "tiles.cuh"

constexpr int TOKENS = 16; // of a warp; they lie in one block of the cache
constexpr int TOGETHER = 2; // query heads for which keys and values are read once
#define LEAST __uint_as_float(0xFF800000u) // minus infinity

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

// What a warp loads of its tokens: of keys, eight numbers of two tokens at a time; of values, eight of four tokens.
template <int SIZE>
struct Tokens
{
    static constexpr int EIGHTS = SIZE / 8, SETS = (SIZE + 31) / 32, HALVES = (SIZE + 63) / 64;

    Eight keys[2][SETS];
    Eight values[4][HALVES];
};

// Keys of tokens that lie `step` numbers apart from `cache` on; those behind number `end` are that one again.
template <typename E, int SIZE>
__device__ __forceinline__ void loadKeys(Tokens<SIZE>& tokens, const E* cache, int step, int end)
{
    int quad = threadIdx.x & 3, eighth = (threadIdx.x & 31) >> 2;
#pragma unroll
    for (int i = 0; i < 2; i++)
    {
        int token = keyToken(i, eighth);
        const E* from = cache + (token < end ? token : end) * step + quad * 8;
#pragma unroll
        for (int set = 0; set < Tokens<SIZE>::SETS; set++)
            if (set * 32 + quad * 8 < SIZE)
                tokens.keys[i][set] = loadOnce(from + set * 32);
    }
}

template <typename E, int SIZE>
__device__ __forceinline__ void loadValues(Tokens<SIZE>& tokens, const E* cache, int step, int end)
{
    int quad = threadIdx.x & 3, eighth = (threadIdx.x & 31) >> 2;
#pragma unroll
    for (int i = 0; i < 4; i++)
    {
        int token = valueToken(i, quad);
        const E* from = cache + (token < end ? token : end) * step + eighth * 8;
#pragma unroll
        for (int half = 0; half < Tokens<SIZE>::HALVES; half++)
            if (half * 64 + eighth * 8 < SIZE)
                tokens.values[i][half] = loadOnce(from + half * 64);
    }
}

// Number `place` of the warp's tokens is the new one.
template <int SIZE>
__device__ __forceinline__ void setToken(Tokens<SIZE>& tokens, const Eight (&fresh)[2][SIZE / 8], int place)
{
    constexpr int EIGHTS = Tokens<SIZE>::EIGHTS;
    int quad = threadIdx.x & 3, eighth = (threadIdx.x & 31) >> 2;
#pragma unroll
    for (int i = 0; i < 2; i++)
#pragma unroll
        for (int set = 0; set < Tokens<SIZE>::SETS; set++)
            if (keyToken(i, eighth) == place && set * 4 + quad < EIGHTS)
                tokens.keys[i][set] = fresh[0][set * 4 + quad];
#pragma unroll
    for (int i = 0; i < 4; i++)
#pragma unroll
        for (int half = 0; half < Tokens<SIZE>::HALVES; half++)
            if (valueToken(i, quad) == place && half * 8 + eighth < EIGHTS)
                tokens.values[i][half] = fresh[1][half * 8 + eighth];
}

// Keys times queries: scores[head][i] of the tokens keyToken(i). Columns of the second factor: both heads rounded, what that has left over of
// both, and all four again.
template <typename E, int SIZE>
__device__ __forceinline__ void multiplyKeys(float (&scores)[TOGETHER][2], const Tokens<SIZE>& tokens, const Eight (&query)[2][TOGETHER][SIZE / 8])
{
    int quad = threadIdx.x & 3, eighth = (threadIdx.x & 31) >> 2;
    float products[4] = {};
#pragma unroll
    for (int set = 0; set < Tokens<SIZE>::SETS; set++)
    {
        Eight wanted = {};
        if (set * 4 + quad < Tokens<SIZE>::EIGHTS)
            wanted = query[eighth >> 1 & 1][eighth & 1][set * 4 + quad];
        const Eight &upper = tokens.keys[0][set], &lower = tokens.keys[1][set];
#pragma unroll
        for (int i = 0; i < 4; i += 2)
        {
            unsigned int a[4] = {upper.pair[i], lower.pair[i], upper.pair[i + 1], lower.pair[i + 1]};
            multiplyTile(products, a, wanted.pair[i], wanted.pair[i + 1], E());
        }
    }
#pragma unroll
    for (int head = 0; head < TOGETHER; head++)
#pragma unroll
        for (int i = 0; i < 2; i++)
            scores[head][i] = products[2 * i + head] + __shfl_xor_sync(0xFFFFFFFFu, products[2 * i + head], 1);
}

// Values, rows and columns changed, times weights: sums[head] of the warp's tokens. Columns of the second factor: both heads, four times.
template <typename E, int SIZE>
__device__ __forceinline__ void multiplyValues(Two (&sums)[TOGETHER][SIZE / 2], const Tokens<SIZE>& tokens, const float (&weights)[TOGETHER][2])
{
    int quad = threadIdx.x & 3, eighth = (threadIdx.x & 31) >> 2;
    float kept[2], own[4];
#pragma unroll
    for (int i = 0; i < 2; i++)
        kept[i] = quad & 1 ? weights[1][i] : weights[0][i];
#pragma unroll
    for (int i = 0; i < 4; i++)
        own[i] = __shfl_sync(0xFFFFFFFFu, kept[i >> 1], (valueToken(i, quad) & 7) * 4 + (eighth & 1));
    unsigned int rounded[2], left[2];
#pragma unroll
    for (int i = 0; i < 2; i++)
    {
        rounded[i] = packed(own[2 * i], own[2 * i + 1], E());
        left[i] = packed(own[2 * i] - valueOf<E>(rounded[i], 0), own[2 * i + 1] - valueOf<E>(rounded[i], 1), E());
    }
#pragma unroll
    for (int half = 0; half < Tokens<SIZE>::HALVES; half++)
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            unsigned int a[4];
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                int token = j & 2;
                a[j] = __byte_perm(tokens.values[token][half].pair[i], tokens.values[token + 1][half].pair[i], j & 1 ? 0x7632 : 0x5410);
            }
            float numbers[4] = {};
            multiplyTile(numbers, a, rounded[0], rounded[1], E());
            multiplyTile(numbers, a, left[0], left[1], E());
            if (quad != i || half * 8 + eighth >= Tokens<SIZE>::EIGHTS)
                continue;
            sums[0][(half * 8 + eighth) * 4 + i] = {numbers[0], numbers[2]};
            sums[1][(half * 8 + eighth) * 4 + i] = {numbers[1], numbers[3]};
        }
}
