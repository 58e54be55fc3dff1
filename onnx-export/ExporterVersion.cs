namespace OnnxExport;

/// <summary>The version of this program, as it is written into what it exports.</summary>
internal static class ExporterVersion
{
    public static string Text { get; } = typeof(ExporterVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
