// 16-bit floats by their bits, sums over a warp and 16-byte loads. No header of the toolkit is needed beyond what the compiler brings.
#pragma once

struct Fp16
{
    unsigned short bits;
};

struct Bf16
{
    unsigned short bits;
};

__device__ __forceinline__ float toFloat(float value)
{
    return value;
}

// Four numbers, as a load of a lane takes them.
template <typename T>
struct alignas(4 * sizeof(T)) Four
{
    T at[4];
};

// Eight 16-bit floats: one load of a lane.
struct alignas(16) Eight
{
    unsigned int pair[4];
};

#ifdef HOST_LANES
// bench/cuda/host_lanes.h runs the same code on a processor, lane by lane.
float toFloat(Fp16 value);
Fp16 narrow(float value, Fp16);
unsigned int packed(float low, float high, Fp16);
unsigned int packed(float low, float high, Bf16);
Eight* dynamicShared();
#else
// The shared memory that a launch asks for.
__device__ __forceinline__ Eight* dynamicShared()
{
    extern __shared__ Eight memory[];
    return memory;
}

__device__ __forceinline__ float toFloat(Fp16 value)
{
    float wide;
    asm("cvt.f32.f16 %0, %1;" : "=f"(wide) : "h"(value.bits));
    return wide;
}

__device__ __forceinline__ Fp16 narrow(float value, Fp16)
{
    Fp16 half;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(half.bits) : "f"(value));
    return half;
}

// Two numbers narrowed, in one register.
__device__ __forceinline__ unsigned int packed(float low, float high, Fp16)
{
    unsigned int pair;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
    return pair;
}

__device__ __forceinline__ unsigned int packed(float low, float high, Bf16)
{
    unsigned int pair;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
    return pair;
}
#endif

__device__ __forceinline__ float toFloat(Bf16 value)
{
    return __uint_as_float((unsigned int)value.bits << 16);
}

// To the nearest, ties to even.
__device__ __forceinline__ Bf16 narrow(float value, Bf16)
{
    unsigned int bits = __float_as_uint(value);
    Bf16 half;
    half.bits = value != value ? (unsigned short)0x7FC0 : (unsigned short)((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
    return half;
}

__device__ __forceinline__ float narrow(float value, float)
{
    return value;
}

template <typename E>
__device__ __forceinline__ E narrowed(float value)
{
    return narrow(value, E());
}

// Number 0 or 1 of two.
template <typename E>
__device__ __forceinline__ float valueOf(unsigned int pair, int index)
{
    E value;
    value.bits = (unsigned short)(pair >> (16 * index));
    return toFloat(value);
}

// Value `index` of eight.
template <typename E>
__device__ __forceinline__ float valueOf(const Eight& eight, int index)
{
    return valueOf<E>(eight.pair[index >> 1], index & 1);
}

template <typename E>
__device__ __forceinline__ Eight loadEight(const E* from)
{
    return *reinterpret_cast<const Eight*>(from);
}

// The same for what is read once a step: it makes room in the caches first.
template <typename E>
__device__ __forceinline__ Eight loadOnce(const E* from)
{
#ifdef HOST_LANES
    return loadEight(from);
#else
    Eight eight;
    asm volatile("ld.global.nc.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];"
        : "=r"(eight.pair[0]), "=r"(eight.pair[1]), "=r"(eight.pair[2]), "=r"(eight.pair[3]) : "l"(from));
    return eight;
#endif
}

// What another block of the same launch may have written: past the first cache, which does not see that.
__device__ __forceinline__ float loadFresh(const float* from)
{
#ifdef HOST_LANES
    return *from;
#else
    float value;
    asm volatile("ld.global.cg.f32 %0, [%1];" : "=f"(value) : "l"(from) : "memory");
    return value;
#endif
}

// Eight numbers in 32 bits, from 16 or 32.
template <typename E>
__device__ __forceinline__ void widenEight(float (&wide)[8], const E* from)
{
    Eight values = loadEight(from);
#pragma unroll
    for (int i = 0; i < 8; i++)
        wide[i] = valueOf<E>(values, i);
}

__device__ __forceinline__ void widenEight(float (&wide)[8], const float* from)
{
    const Four<float>* fours = reinterpret_cast<const Four<float>*>(from);
    Four<float> low = fours[0], high = fours[1];
#pragma unroll
    for (int i = 0; i < 4; i++)
    {
        wide[i] = low.at[i];
        wide[4 + i] = high.at[i];
    }
}

__device__ __forceinline__ float warpSum(float value)
{
    for (int distance = 16; distance > 0; distance >>= 1)
        value += __shfl_xor_sync(0xFFFFFFFFu, value, distance);
    return value;
}

__device__ __forceinline__ float sigmoid(float value)
{
    return 1.0f / (1.0f + expf(-value));
}
