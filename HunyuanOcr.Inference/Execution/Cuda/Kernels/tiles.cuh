// Products on the tensor cores: mma.sync.m16n8k16, sums [16, 8] += a [16, 16] * b [16, 8], each lane with the places that PTX gives it.
#pragma once
#include "numbers.cuh"

// bench/cuda/host_lanes.h has the same for a processor.
#ifndef HOST_LANES
__device__ __forceinline__ void multiplyTile(float (&sums)[4], const unsigned (&a)[4], unsigned b0, unsigned b1, Fp16)
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

__device__ __forceinline__ void multiplyTile(float (&sums)[4], const unsigned (&a)[4], unsigned b0, unsigned b1, Bf16)
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
#endif
