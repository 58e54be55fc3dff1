// hunyuanocr.SwiGlu: [rows, 2 * columns] (gate, then up) -> gate * sigmoid(gate) * up [rows, columns], in 32 bits between load and store.
#include "numbers.cuh"

// Eight columns a thread; columns are a multiple of eight. Grid: ceil(rows * columns / 8 / 256) blocks of 256.
template <typename E>
__device__ void swiglu(const E* gateUp, E* result, int rows, int columns)
{
    int eights = columns / 8;
    long long place = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (place >= (long long)rows * eights)
        return;
    long long row = place / eights;
    int column = (int)(place % eights) * 8;
    const E* from = gateUp + row * 2 * columns + column;
    Eight gate = loadEight(from), up = loadEight(from + columns), product;
#pragma unroll
    for (int i = 0; i < 8; i += 2)
    {
        float first = valueOf<E>(gate, i), second = valueOf<E>(gate, i + 1);
        unsigned int low = narrowed<E>(first * sigmoid(first) * valueOf<E>(up, i)).bits;
        unsigned int high = narrowed<E>(second * sigmoid(second) * valueOf<E>(up, i + 1)).bits;
        product.pair[i >> 1] = low | (high << 16);
    }
    *reinterpret_cast<Eight*>(result + row * columns + column) = product;
}

extern "C" __global__ void __launch_bounds__(256) swiglu_fp16(const Fp16* gateUp, Fp16* result, int rows, int columns)
{
    swiglu<Fp16>(gateUp, result, rows, columns);
}

extern "C" __global__ void __launch_bounds__(256) swiglu_bf16(const Bf16* gateUp, Bf16* result, int rows, int columns)
{
    swiglu<Bf16>(gateUp, result, rows, columns);
}
