using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Hosting;

/// <summary>Which model is loaded, and what callers name it.</summary>
internal sealed record ModelOptions
{
    /// <summary>The folder that onnx-export wrote, absolute.</summary>
    internal required string Folder { get; init; }

    /// <summary>The model's name in the API and on the pages; null takes the one that the export gave it.</summary>
    internal string? Name { get; init; }

    /// <summary>Further names by which a request may ask for the model.</summary>
    internal required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>Start of the source hash that the model must have; null takes any. The weights behind a public name have changed before.</summary>
    internal string? Revision { get; init; }

    /// <exception cref="OcrConfigurationException">The model was not made from the pinned weights.</exception>
    internal void RequireRevision(ModelDescription model)
    {
        if (Revision is { } pinned && !model.SourceHash.StartsWith(pinned, StringComparison.OrdinalIgnoreCase))
            throw new OcrConfigurationException([$"Model:Revision is \"{pinned}\", but the model in {Folder} was made from weights whose sha256 begins with {model.SourceHash[..Math.Min(model.SourceHash.Length, Math.Max(12, pinned.Length))]}. Give the folder of the pinned export, or pin this one after you have checked it."]);
    }

    internal static ModelOptions Read(SettingReader settings, string contentRoot)
    {
        string folder = settings.Text("Model:Folder", "");
        if (folder.Length == 0)
            settings.Fault("Model:Folder is not set: give the folder that onnx-export wrote, or start with run.sh, which exports the demo model.");
        else if (!Directory.Exists(Path.GetFullPath(folder, contentRoot)))
            settings.Fault($"Model:Folder is \"{folder}\": there is no such folder. Export a model with onnx-export, or start with run.sh, which exports the demo model.");

        string revision = settings.Text("Model:Revision", "");
        if (revision.Length is > 0 and < 7 || !revision.All(char.IsAsciiHexDigit))
            settings.Fault($"Model:Revision is \"{revision}\": give the first seven or more hexadecimal digits of the source's sha256 in the model's export.json.");
        string name = settings.Text("Model:Name", "");
        return new()
        {
            Folder = folder.Length == 0 ? contentRoot : Path.GetFullPath(folder, contentRoot),
            Name = name.Length == 0 ? null : name,
            Aliases = settings.List("Model:Aliases", ["hunyuanocr", "hunyuancr"]),
            Revision = revision.Length == 0 ? null : revision.ToLowerInvariant(),
        };
    }
}
