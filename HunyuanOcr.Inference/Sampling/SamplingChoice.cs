using System.Security.Cryptography;

namespace HunyuanOcr.Inference.Sampling;

/// <summary>How one request's tokens are chosen: its options checked and filled up with the checkpoint's defaults.</summary>
/// <param name="Temperature">0 is greedy.</param>
/// <param name="TopK">0 is off.</param>
/// <param name="TopP">1 is off.</param>
/// <param name="RepetitionPenalty">1 is off.</param>
/// <param name="Seed">Of the request's own random stream.</param>
/// <param name="Stop">Stop strings.</param>
internal sealed record SamplingChoice(double Temperature, int TopK, double TopP, double RepetitionPenalty, ulong Seed, IReadOnlyList<string> Stop)
{
    private const int MostStops = 16, LongestStop = 256;
    private const double HighestTemperature = 2, HighestPenalty = 2;

    public bool Greedy => Temperature == 0;

    /// <summary>Whether every token is the one with the highest logit, whatever came before.</summary>
    public bool TakesLikeliest => Greedy && RepetitionPenalty == 1;

    /// <summary>Checks options and fills them up.</summary>
    /// <exception cref="OcrRequestException">An option is out of range; the exception names it and the range.</exception>
    public static SamplingChoice From(SamplingOptions options, SamplingDefaults defaults)
    {
        Check(options.Temperature is null or (>= 0 and <= HighestTemperature), nameof(options.Temperature), options.Temperature, $"0 (greedy) to {HighestTemperature}");
        Check(options.TopK is null or >= 0, nameof(options.TopK), options.TopK, "0 (off) or more");
        Check(options.TopP is null or (> 0 and <= 1), nameof(options.TopP), options.TopP, "above 0 to 1 (off)");
        Check(options.RepetitionPenalty is null or (> 0 and <= HighestPenalty), nameof(options.RepetitionPenalty), options.RepetitionPenalty, $"above 0 to {HighestPenalty}; 1 is off");
        Check(options.Stop.Count <= MostStops, nameof(options.Stop), $"{options.Stop.Count} strings", $"at most {MostStops} strings");
        foreach (string stop in options.Stop)
            Check(stop is { Length: > 0 and <= LongestStop }, nameof(options.Stop), $"a string of {stop?.Length ?? 0} characters", $"strings of 1 to {LongestStop} characters");
        return new SamplingChoice(
            options.Temperature ?? defaults.Temperature,
            options.TopK ?? defaults.TopK,
            options.TopP ?? defaults.TopP,
            options.RepetitionPenalty ?? defaults.RepetitionPenalty,
            options.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            [.. options.Stop]);
    }

    // NaN fails every comparison and so is refused as well.
    private static void Check(bool right, string property, object? value, string range)
    {
        if (!right)
            throw new OcrRequestException($"{nameof(OcrRequest.Sampling)}.{property}", FormattableString.Invariant($"{property} is {value}, but must be {range}."));
    }
}
