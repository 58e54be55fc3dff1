using System.Text.Json;
using System.Text.Json.Nodes;
using OnnxExport.Weights;

namespace OnnxExport.Output;

/// <summary>
/// The model folder while it is written, under a name of its own beside the place where it will be. It gets its final name in
/// one step when it is whole; disposed before that, it is removed. What a killed process left behind is put in order by the next
/// export to the same place: see <see cref="Recover"/>.
/// </summary>
internal sealed class PartialFolder : IDisposable
{
    // Names that nobody gives to a folder of his own: what bears them is removed without asking.
    private const string Mark = ".onnx-export-partial-";
    private const string ReplacedMark = ".onnx-export-replaced-";
    private const string LockName = ".lock";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<WrittenFile> files = [];
    private readonly string target;
    private readonly FileStream alive;
    private bool complete;

    private PartialFolder(string target, WorkingMemory memory, ExportProgress progress, CancellationToken cancel)
    {
        this.target = target;
        Memory = memory;
        Progress = progress;
        Cancel = cancel;
        Path = target + Mark + Guid.NewGuid().ToString("N")[..8];
        Directory.CreateDirectory(Path);
        alive = new FileStream(System.IO.Path.Combine(Path, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    public string Path { get; }

    public WorkingMemory Memory { get; }

    public ExportProgress Progress { get; }

    public CancellationToken Cancel { get; }

    /// <summary>Files written so far, in order.</summary>
    public IReadOnlyList<WrittenFile> Files => files;

    /// <param name="target">Where the model folder will be; its parent is made if it is missing.</param>
    public static PartialFolder Create(string target, WorkingMemory memory, ExportProgress progress, CancellationToken cancel)
    {
        string parent = System.IO.Path.GetDirectoryName(target) ?? throw new ExportException($"{target} cannot be a model folder.");
        Directory.CreateDirectory(parent);
        Recover(target);
        return new PartialFolder(target, memory, progress, cancel);
    }

    /// <summary>
    /// Puts in order what a killed export left beside <paramref name="target"/>: half-written folders go, and a model folder that was moved
    /// out of the way comes back where nothing has taken its place. Nothing happens while another export to the same place is at work.
    /// </summary>
    public static void Recover(string target)
    {
        foreach (string leftover in Beside(target, Mark))
            if (!RemoveIfAbandoned(leftover))
                return;
        foreach (string replaced in Beside(target, ReplacedMark))
        {
            if (!Directory.Exists(target) && File.Exists(System.IO.Path.Combine(replaced, ExportManifest.FileName)))
                Directory.Move(replaced, target);
            else
                RemoveReplaced(replaced);
        }
    }

    /// <summary>Starts the next file.</summary>
    public OutputFile Create(string name) => new(this, name);

    /// <summary>Copies a file of the checkpoint.</summary>
    public void Copy(string source)
    {
        using OutputFile file = Create(System.IO.Path.GetFileName(source));
        file.Write(File.ReadAllBytes(source));
        file.Complete();
    }

    /// <summary>Writes a JSON file with line breaks.</summary>
    public void WriteJson(string name, JsonNode content)
    {
        using OutputFile file = Create(name);
        file.Write(JsonSerializer.SerializeToUtf8Bytes(content, Indented));
        file.Write("\n"u8);
        file.Complete();
    }

    internal void Add(WrittenFile file) => files.Add(file);

    /// <summary>Gives the folder its final name, in place of a model folder that may be there.</summary>
    public void Publish()
    {
        Cancel.ThrowIfCancellationRequested();
        string? replaced = null;
        if (Directory.Exists(target))
        {
            replaced = target + ReplacedMark + Guid.NewGuid().ToString("N")[..8];
            Directory.Move(target, replaced);
        }
        MoveInto(replaced);
        complete = true;
        // Only now: until here another export would take this folder for abandoned, and the model that was moved away for lost.
        alive.Dispose();
        File.Delete(System.IO.Path.Combine(target, LockName));
        if (replaced is not null)
            RemoveReplaced(replaced);
    }

    public void Dispose()
    {
        alive.Dispose();
        if (!complete && Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    private void MoveInto(string? replaced)
    {
        try
        {
            Directory.Move(Path, target);
        }
        catch (IOException) when (replaced is not null)
        {
            Directory.Move(replaced, target);
            throw;
        }
    }

    private static string[] Beside(string target, string mark)
    {
        string? parent = System.IO.Path.GetDirectoryName(target);
        return Directory.Exists(parent) ? Directory.GetDirectories(parent, System.IO.Path.GetFileName(target) + mark + "*") : [];
    }

    // The manifest first: what is half removed must never be taken for whole.
    private static void RemoveReplaced(string folder)
    {
        File.Delete(System.IO.Path.Combine(folder, ExportManifest.FileName));
        Directory.Delete(folder, recursive: true);
    }

    // The lock of a running export cannot be opened.
    private static bool RemoveIfAbandoned(string folder)
    {
        try
        {
            string lockFile = System.IO.Path.Combine(folder, LockName);
            if (File.Exists(lockFile))
                new FileStream(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            // Another export to the same place is at work; whoever ends last stays.
            return false;
        }
    }
}
