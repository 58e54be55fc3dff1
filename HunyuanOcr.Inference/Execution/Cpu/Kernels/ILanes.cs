using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>One width of vector registers. Kernels are written once over this and compiled for each width; type parameters are structs,
/// so every call is inlined.</summary>
/// <typeparam name="TVector">Vector256 or Vector512 of float.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Create(float value);

    static abstract TVector Load(float* source);

    static abstract void Store(TVector vector, float* destination);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    static abstract TVector Max(TVector left, TVector right);

    static abstract TVector Min(TVector left, TVector right);

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>Adds parts of the vector until four sums are left.</summary>
    static abstract Vector128<float> Fold(TVector vector);

    static abstract float MaxAcross(TVector vector);

    /// <summary>Adds the low bits of <paramref name="shifted"/> (1.5 * 2^23 plus a whole number) to the exponents of <paramref name="vector"/>.</summary>
    static abstract TVector AddExponent(TVector vector, TVector shifted);
}

/// <summary>AVX2 and whatever has 256 bits.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Count => 8;

    public static Vector256<float> Create(float value) => Vector256.Create(value);

    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    public static void Store(Vector256<float> vector, float* destination) => vector.Store(destination);

    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    public static Vector256<float> Subtract(Vector256<float> left, Vector256<float> right) => left - right;

    public static Vector256<float> Multiply(Vector256<float> left, Vector256<float> right) => left * right;

    public static Vector256<float> Divide(Vector256<float> left, Vector256<float> right) => left / right;

    public static Vector256<float> Max(Vector256<float> left, Vector256<float> right) => Vector256.MaxNative(left, right);

    public static Vector256<float> Min(Vector256<float> left, Vector256<float> right) => Vector256.MinNative(left, right);

    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) => Vector256.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fold(Vector256<float> vector) => vector.GetLower() + vector.GetUpper();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector256<float> vector)
    {
        Vector128<float> four = Vector128.MaxNative(vector.GetLower(), vector.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AddExponent(Vector256<float> vector, Vector256<float> shifted) =>
        (vector.AsInt32() + Vector256.ShiftLeft(shifted.AsInt32(), 23)).AsSingle();
}

/// <summary>AVX-512.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Count => 16;

    public static Vector512<float> Create(float value) => Vector512.Create(value);

    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    public static void Store(Vector512<float> vector, float* destination) => vector.Store(destination);

    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    public static Vector512<float> Subtract(Vector512<float> left, Vector512<float> right) => left - right;

    public static Vector512<float> Multiply(Vector512<float> left, Vector512<float> right) => left * right;

    public static Vector512<float> Divide(Vector512<float> left, Vector512<float> right) => left / right;

    public static Vector512<float> Max(Vector512<float> left, Vector512<float> right) => Vector512.MaxNative(left, right);

    public static Vector512<float> Min(Vector512<float> left, Vector512<float> right) => Vector512.MinNative(left, right);

    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) => Vector512.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fold(Vector512<float> vector) => Lanes256.Fold(vector.GetLower() + vector.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector512<float> vector) => Lanes256.MaxAcross(Vector256.MaxNative(vector.GetLower(), vector.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> AddExponent(Vector512<float> vector, Vector512<float> shifted) =>
        (vector.AsInt32() + Vector512.ShiftLeft(shifted.AsInt32(), 23)).AsSingle();
}
