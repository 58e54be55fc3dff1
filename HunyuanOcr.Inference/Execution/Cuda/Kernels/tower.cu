// hunyuanocr.FirstLayerNorm, AddLayerNorm, AddBiasRmsNorm and BiasGelu of the vision tower: its residual stream stays in 32 bits, and norms
// and GELU are computed in 32 bits, where ONNX Runtime's kernels for 16-bit floats compute sums, means and variances in 16.
#include "numbers.cuh"

constexpr int MOST_WARPS = 8;
constexpr int MOST = 4; // fours of a thread: rows of up to 4,096

// The sum over a block, to all of its threads. `partial` may be used again at once: there is a meeting behind every use.
__device__ __forceinline__ float blockSum(float value, float* partial)
{
    value = warpSum(value);
    if ((threadIdx.x & 31) == 0)
        partial[threadIdx.x >> 5] = value;
    __syncthreads();
    value = 0;
    for (int warp = 0; warp < (int)blockDim.x / 32; warp++)
        value += partial[warp];
    __syncthreads();
    return value;
}

// A block a row, of as many warps as four fours a thread ask for. residual, added, normed and sum [rows, size]; bias, gamma and beta [size].
// sum = residual + added + bias; normed = (sum - mean) / sqrt(variance + epsilon) * gamma + beta, or without a beta sum / sqrt(mean(sum * sum)
// + epsilon) * gamma. A sum that nobody wants is null.
template <typename E, typename R>
__device__ void towerNorm(const R* residual, const E* added, const E* bias, const E* gamma, const E* beta, E* normed, float* sum, int size, float epsilon)
{
    __shared__ float partial[MOST_WARPS];
    long long row = blockIdx.x;
    int fours = size / 4;
    Four<float> values[MOST];
    float total = 0;
#pragma unroll
    for (int i = 0; i < MOST; i++)
    {
        int place = threadIdx.x + i * blockDim.x;
        if (place >= fours)
            continue;
        Four<R> before = reinterpret_cast<const Four<R>*>(residual)[row * fours + place];
        Four<E> more = reinterpret_cast<const Four<E>*>(added)[row * fours + place], constant = reinterpret_cast<const Four<E>*>(bias)[place];
#pragma unroll
        for (int j = 0; j < 4; j++)
        {
            float value = toFloat(before.at[j]) + (toFloat(more.at[j]) + toFloat(constant.at[j]));
            values[i].at[j] = value;
            total += value;
        }
        if (sum != nullptr)
            reinterpret_cast<Four<float>*>(sum)[row * fours + place] = values[i];
    }
    float mean = beta == nullptr ? 0 : blockSum(total, partial) / (float)size, squares = 0;
#pragma unroll
    for (int i = 0; i < MOST; i++)
    {
        if ((int)(threadIdx.x + i * blockDim.x) >= fours)
            continue;
#pragma unroll
        for (int j = 0; j < 4; j++)
            squares += (values[i].at[j] - mean) * (values[i].at[j] - mean);
    }
    float scale = rsqrtf(blockSum(squares, partial) / (float)size + epsilon);
#pragma unroll
    for (int i = 0; i < MOST; i++)
    {
        int place = threadIdx.x + i * blockDim.x;
        if (place >= fours)
            continue;
        Four<E> factors = reinterpret_cast<const Four<E>*>(gamma)[place], shifts = {}, result;
        if (beta != nullptr)
            shifts = reinterpret_cast<const Four<E>*>(beta)[place];
#pragma unroll
        for (int j = 0; j < 4; j++)
            result.at[j] = narrowed<E>((values[i].at[j] - mean) * scale * toFloat(factors.at[j]) + toFloat(shifts.at[j]));
        reinterpret_cast<Four<E>*>(normed)[row * fours + place] = result;
    }
}

// The exact GELU of input + bias. input and result [rows, columns], bias [columns]; eight columns a thread, columns are a multiple of eight.
template <typename E>
__device__ void biasGelu(const E* input, const E* bias, E* result, int rows, int columns)
{
    int eights = columns / 8;
    long long place = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (place >= (long long)rows * eights)
        return;
    Eight values = loadEight(input + place * 8), constants = loadEight(bias + place % eights * 8), activated;
#pragma unroll
    for (int i = 0; i < 4; i++)
    {
        float both[2];
#pragma unroll
        for (int j = 0; j < 2; j++)
        {
            float value = valueOf<E>(values, 2 * i + j) + valueOf<E>(constants, 2 * i + j);
            both[j] = 0.5f * value * (1.0f + erff(value * 0.70710678f));
        }
        activated.pair[i] = packed(both[0], both[1], E());
    }
    *reinterpret_cast<Eight*>(result + place * 8) = activated;
}

#define TOWER(E, name)                                                                                                                        \
    extern "C" __global__ void __launch_bounds__(256) tower_first_norm_##name(const E* residual, const E* added, const E* bias, const E* gamma, \
        const E* beta, E* normed, float* sum, int size, float epsilon)                                                                        \
    {                                                                                                                                         \
        towerNorm<E, E>(residual, added, bias, gamma, beta, normed, sum, size, epsilon);                                                      \
    }                                                                                                                                         \
    extern "C" __global__ void __launch_bounds__(256) tower_norm_##name(const float* residual, const E* added, const E* bias, const E* gamma,  \
        const E* beta, E* normed, float* sum, int size, float epsilon)                                                                        \
    {                                                                                                                                         \
        towerNorm<E, float>(residual, added, bias, gamma, beta, normed, sum, size, epsilon);                                                  \
    }                                                                                                                                         \
    extern "C" __global__ void __launch_bounds__(256) bias_gelu_##name(const E* input, const E* bias, E* result, int rows, int columns)        \
    {                                                                                                                                         \
        biasGelu<E>(input, bias, result, rows, columns);                                                                                      \
    }

TOWER(Fp16, fp16)
TOWER(Bf16, bf16)
