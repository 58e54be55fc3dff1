using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HunyuanOcr.Bench;

/// <summary>A result with what it takes to believe it: command, date and machine.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(string scenario, string[] command, object result, string? file)
    {
        string json = JsonSerializer.Serialize(new
        {
            Scenario = scenario,
            Command = "bench " + string.Join(' ', command),
            Date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) + " UTC",
            Machine = new
            {
                Processor = Processor(),
                Cores = Environment.ProcessorCount,
                Vectors = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
                System = RuntimeInformation.OSDescription,
                Runtime = RuntimeInformation.FrameworkDescription,
            },
            Result = result,
        }, Layout);
        Console.WriteLine(json);
        if (file is not null)
            File.WriteAllText(file, json + "\n");
    }

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown"
        : RuntimeInformation.ProcessArchitecture.ToString();
}
