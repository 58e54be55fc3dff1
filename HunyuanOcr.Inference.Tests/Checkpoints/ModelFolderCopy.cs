using System.Text.Json.Nodes;

namespace HunyuanOcr.Inference.Tests.Checkpoints;

/// <summary>A copy of the demo model folder to damage. Copied whole: ONNX Runtime refuses weights that a link brings from outside the folder.</summary>
internal sealed class ModelFolderCopy : IDisposable
{
    public ModelFolderCopy(string precision = "fp32", string kernels = "operators")
    {
        foreach (string file in Directory.EnumerateFiles(ExportedDemoModel.Folder(precision, kernels)))
            File.Copy(file, PathOf(System.IO.Path.GetFileName(file)));
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("hunyuanocr-model").FullName;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Edit(string name, Action<JsonObject> change)
    {
        JsonObject root = JsonNode.Parse(File.ReadAllBytes(PathOf(name)))!.AsObject();
        change(root);
        File.WriteAllText(PathOf(name), root.ToJsonString());
        if (name != "export.json")
            Edit("export.json", export => Entry(export, name)["bytes"] = new FileInfo(PathOf(name)).Length);
    }

    public static JsonObject Entry(JsonObject export, string name) =>
        export["files"]!.AsArray().Select(file => file!.AsObject()).Single(file => (string?)file["name"] == name);

    /// <summary>Writes a file and its new size into export.json.</summary>
    public void Replace(string name, byte[] bytes)
    {
        File.Delete(PathOf(name));
        File.WriteAllBytes(PathOf(name), bytes);
        Edit("export.json", export => Entry(export, name)["bytes"] = bytes.Length);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
