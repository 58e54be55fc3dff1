namespace HunyuanOcr.Inference.Checkpoints;

/// <summary>One file of an exported model.</summary>
/// <param name="Name">Name in the folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its hash, lower-case hexadecimal.</param>
internal sealed record ExportedFile(string Name, long Bytes, string Sha256);

/// <summary>export.json: where a model folder came from and what it must hold. The exporter writes it last.</summary>
internal sealed record ExportRecord
{
    public const string FileName = "export.json";

    /// <summary>Exporters whose folders this engine reads: 0.1.x.</summary>
    private static readonly (int Major, int Minor) Supported = (0, 1);

    public required string ExporterVersion { get; init; }

    public required string SourceName { get; init; }

    /// <summary>SHA-256 over the checkpoint's weights.</summary>
    public required string SourceHash { get; init; }

    /// <summary>cpu or cuda.</summary>
    public required string Target { get; init; }

    /// <summary>fp32, int8, fp16 or bf16: the decoder's.</summary>
    public required string Precision { get; init; }

    /// <summary>The vision tower's.</summary>
    public required string VisionPrecision { get; init; }

    /// <summary>Both in words: one where they are the same.</summary>
    public string PrecisionInWords => VisionPrecision == Precision ? Precision : $"{Precision}, vision {VisionPrecision}";

    public required IReadOnlyList<ExportedFile> Files { get; init; }

    /// <summary>What a folder was exported for; null where its record cannot be read.</summary>
    public static string? TargetOf(string? folder)
    {
        if (string.IsNullOrWhiteSpace(folder) || !File.Exists(Path.Combine(folder, FileName)))
            return null;
        List<string> faults = [];
        string target = JsonSection.Read(folder, FileName, faults).Text("target");
        return faults.Count == 0 ? target : null;
    }

    public static ExportRecord Read(string folder, ICollection<string> faults)
    {
        JsonSection root = JsonSection.Read(folder, FileName, faults), source = root.Section("source");
        ExportRecord record = new()
        {
            ExporterVersion = root.Text("exporter"),
            SourceName = source.Text("name"),
            SourceHash = source.Text("sha256"),
            Target = root.Text("target"),
            Precision = root.Text("precision"),
            VisionPrecision = root.Text("vision_precision"),
            Files = [.. root.Sections("files").Select(file => new ExportedFile(file.Text("name"), file.Integer("bytes"), file.Text("sha256")))],
        };
        if (record.ExporterVersion.Length > 0 && !(Version.TryParse(record.ExporterVersion, out Version? version) && (version.Major, version.Minor) == Supported))
            root.Fault("exporter", $"is {record.ExporterVersion}; this engine reads folders of exporter {Supported.Major}.{Supported.Minor}");
        foreach (ExportedFile file in record.Files)
            if (file.Name != Path.GetFileName(file.Name))
                root.Fault("files", $"names {file.Name}, which is not a file of this folder");
        return record;
    }

    /// <summary>Files that are missing or have another size than they were written with.</summary>
    public IEnumerable<string> MissingFiles(string folder)
    {
        foreach (ExportedFile file in Files.Where(file => file.Name.Length > 0))
        {
            string path = Path.Combine(folder, file.Name);
            if (!File.Exists(path))
                yield return $"{file.Name} is missing from {folder}. {ModelFolder.Remedy}";
            else if (LengthOf(path) is var bytes && bytes != file.Bytes)
                yield return $"{file.Name} has {bytes} bytes; it was exported with {file.Bytes}. {ModelFolder.Remedy}";
        }
    }

    /// <summary>Of the file itself where the folder has a link to it.</summary>
    private static long LengthOf(string path)
    {
        FileInfo file = new(path);
        return (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
    }
}
