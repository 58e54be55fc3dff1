namespace HunyuanOcr.Inference.Sampling;

/// <summary>A request's own random numbers: SplitMix64 over a counter, so that they depend on nothing but the seed and how many were drawn.</summary>
internal struct RandomStream(ulong seed)
{
    private const ulong Increment = 0x9E3779B97F4A7C15;
    private ulong state = seed;

    /// <summary>The next number, 0 to below 1, with 53 random bits.</summary>
    public double Next()
    {
        ulong mixed = state += Increment;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return (mixed >> 11) * (1.0 / (1UL << 53));
    }
}
