// hunyuanocr.FirstNorm, AddNorm and AddPartsNorm: what a layer adds goes onto the residual stream, which stays in 32 bits, and the sum is
// normed for the product that follows: sum = residual + added, normed = sum / sqrt(mean(sum * sum) + epsilon) * gamma.
#include "numbers.cuh"

constexpr int THREADS = 256;
constexpr int MOST = 4; // fours of a thread: rows of up to 4,096

// A block a row. residual [rows, size], or null where the stream begins; added [parts, rows, size]; gamma [size]; normed and sum [rows, size].
template <typename E, typename A>
__device__ void addNorm(const float* residual, const A* added, const E* gamma, E* normed, float* sum, int rows, int size, int parts, float epsilon)
{
    __shared__ float partial[THREADS / 32];
    long long row = blockIdx.x;
    int fours = size / 4;
    Four<float> values[MOST];
    float squares = 0;
#pragma unroll
    for (int i = 0; i < MOST; i++)
    {
        int place = threadIdx.x + i * THREADS;
        if (place >= fours)
            continue;
        Four<float> value = {};
        if (residual != nullptr)
            value = reinterpret_cast<const Four<float>*>(residual)[row * fours + place];
#pragma unroll 4
        for (int part = 0; part < parts; part++)
        {
            Four<A> more = reinterpret_cast<const Four<A>*>(added)[((long long)part * rows + row) * fours + place];
#pragma unroll
            for (int j = 0; j < 4; j++)
                value.at[j] += toFloat(more.at[j]);
        }
        reinterpret_cast<Four<float>*>(sum)[row * fours + place] = value;
#pragma unroll
        for (int j = 0; j < 4; j++)
            squares += value.at[j] * value.at[j];
        values[i] = value;
    }
    squares = warpSum(squares);
    if ((threadIdx.x & 31) == 0)
        partial[threadIdx.x >> 5] = squares;
    __syncthreads();
    squares = 0;
#pragma unroll
    for (int warp = 0; warp < THREADS / 32; warp++)
        squares += partial[warp];
    float scale = rsqrtf(squares / (float)size + epsilon);
#pragma unroll
    for (int i = 0; i < MOST; i++)
    {
        int place = threadIdx.x + i * THREADS;
        if (place >= fours)
            continue;
        Four<E> factors = reinterpret_cast<const Four<E>*>(gamma)[place], result;
#pragma unroll
        for (int j = 0; j < 4; j++)
            result.at[j] = narrowed<E>(values[i].at[j] * scale * toFloat(factors.at[j]));
        reinterpret_cast<Four<E>*>(normed)[row * fours + place] = result;
    }
}

#define ADD_NORM(E, A, name)                                                                                                            \
    extern "C" __global__ void __launch_bounds__(256) add_norm_##name(const float* residual, const A* added, const E* gamma, E* normed, \
        float* sum, int rows, int size, int parts, float epsilon)                                                                       \
    {                                                                                                                                   \
        addNorm<E, A>(residual, added, gamma, normed, sum, rows, size, parts, epsilon);                                                 \
    }

ADD_NORM(Fp16, Fp16, fp16)
ADD_NORM(Bf16, Bf16, bf16)
ADD_NORM(Fp16, float, parts_fp16)
ADD_NORM(Bf16, float, parts_bf16)
