// A head of queries or keys, turned by its token's angles and normed, by one warp in 32 bits.
#pragma once
#include "numbers.cuh"

// from [2 * half] -> q * cos + rotate_half(q) * sin, then RMSNorm over the head. A lane has the pairs i = lane, lane + 32, ...: low is number i
// of the head, high number i + half. The angles of the second half begin at second.
template <int PAIRS, typename Q>
__device__ __forceinline__ void rotateHead(float (&low)[PAIRS], float (&high)[PAIRS], const Q* from, const float* cosines, const float* sines, const float* weight,
    int half, int second, float epsilon)
{
    int lane = threadIdx.x & 31;
    float squares = 0, lowWeight[PAIRS], highWeight[PAIRS];
#pragma unroll
    for (int pair = 0; pair < PAIRS; pair++)
    {
        int i = lane + 32 * pair;
        if (i >= half)
            continue;
        lowWeight[pair] = weight[i];
        highWeight[pair] = weight[i + half];
        float a = toFloat(from[i]), b = toFloat(from[i + half]);
        low[pair] = a * cosines[i] - b * sines[i];
        high[pair] = b * cosines[i + second] + a * sines[i + second];
        squares += low[pair] * low[pair] + high[pair] * high[pair];
    }
    float scale = rsqrtf(warpSum(squares) / (float)(2 * half) + epsilon);
#pragma unroll
    for (int pair = 0; pair < PAIRS; pair++)
    {
        int i = lane + 32 * pair;
        if (i >= half)
            continue;
        low[pair] *= scale * lowWeight[pair];
        high[pair] *= scale * highWeight[pair];
    }
}
