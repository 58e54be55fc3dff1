// hunyuanocr.SplitRotateNorm: packed queries, keys and values of T tokens -> q * cos + rotate_half(q) * sin, then RMSNorm over the head,
// the same for keys; values as they are. SplitRotateNormWide takes them in 32 bits. One warp for each head of a token. Everything between load and store is in 32 bits.
#include "rotation.cuh"

constexpr int WARPS = 4;
constexpr int MOST_PAIRS = 8; // of a lane: heads of up to 512

// qkv [T, (heads + 2 kvHeads) * size], cos and sin [T, ropeWidth] with ropeWidth = size, or size / 2 where both halves turn alike;
// weights [size]; query [T, heads * size], key and value [T, kvHeads * size]. Grid: ceil(T * (heads + 2 kvHeads) / 4) blocks of 128.
template <typename E, typename Q>
__device__ void splitRotateNorm(const Q* qkv, const float* cos, const float* sin, const float* queryWeight, const float* keyWeight,
    E* query, E* key, E* value, int tokens, int heads, int kvHeads, int size, int ropeWidth, float epsilon)
{
    int lane = threadIdx.x & 31;
    int perToken = heads + 2 * kvHeads;
    int which = blockIdx.x * WARPS + (threadIdx.x >> 5);
    if (which >= tokens * perToken)
        return;
    int token = which / perToken, head = which % perToken, half = size / 2;
    const Q* from = qkv + (long long)which * size;
    if (head >= heads + kvHeads)
    {
        E* to = value + ((long long)token * kvHeads + head - heads - kvHeads) * size;
        for (int i = lane; i < size; i += 32)
            to[i] = narrowed<E>(toFloat(from[i]));
        return;
    }
    bool isQuery = head < heads;
    const float* weight = isQuery ? queryWeight : keyWeight;
    E* to = isQuery ? query + ((long long)token * heads + head) * size : key + ((long long)token * kvHeads + head - heads) * size;
    const float* cosines = cos + (long long)token * ropeWidth;
    const float* sines = sin + (long long)token * ropeWidth;
    int second = ropeWidth == size ? half : 0;
    float low[MOST_PAIRS], high[MOST_PAIRS];
    rotateHead(low, high, from, cosines, sines, weight, half, second, epsilon);
#pragma unroll
    for (int pair = 0; pair < MOST_PAIRS; pair++)
    {
        int i = lane + 32 * pair;
        if (i >= half)
            continue;
        to[i] = narrowed<E>(low[pair]);
        to[i + half] = narrowed<E>(high[pair]);
    }
}

#define SPLIT_ROTATE_NORM(E, Q, name)                                                                                                     \
    extern "C" __global__ void __launch_bounds__(128) split_rotate_norm_##name(const Q* qkv, const float* cos, const float* sin,           \
        const float* queryWeight, const float* keyWeight, E* query, E* key, E* value, int tokens, int heads, int kvHeads, int size,        \
        int ropeWidth, float epsilon)                                                                                                      \
    {                                                                                                                                      \
        splitRotateNorm<E, Q>(qkv, cos, sin, queryWeight, keyWeight, query, key, value, tokens, heads, kvHeads, size, ropeWidth, epsilon); \
    }

SPLIT_ROTATE_NORM(Fp16, Fp16, fp16)
SPLIT_ROTATE_NORM(Bf16, Bf16, bf16)
SPLIT_ROTATE_NORM(Fp16, float, wide_fp16)
SPLIT_ROTATE_NORM(Bf16, float, wide_bf16)
