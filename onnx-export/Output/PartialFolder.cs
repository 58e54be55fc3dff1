using OnnxExport.Weights;

namespace OnnxExport.Output;

/// <summary>
/// The model folder while it is written, under a name of its own beside the place where it will be. It gets its final name in
/// one step when it is whole; disposed before that, it is removed. One that a killed process left behind is removed by the next
/// export to the same place.
/// </summary>
internal sealed class PartialFolder : IDisposable
{
    private const string Mark = ".partial-";
    private const string LockName = ".lock";

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
        foreach (string leftover in Directory.EnumerateDirectories(parent, System.IO.Path.GetFileName(target) + Mark + "*"))
            RemoveIfAbandoned(leftover);
        return new PartialFolder(target, memory, progress, cancel);
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

    internal void Add(WrittenFile file) => files.Add(file);

    /// <summary>Gives the folder its final name, in place of a model folder that may be there.</summary>
    public void Publish()
    {
        Cancel.ThrowIfCancellationRequested();
        alive.Dispose();
        File.Delete(System.IO.Path.Combine(Path, LockName));
        string? replaced = null;
        if (Directory.Exists(target))
        {
            replaced = target + ".replaced-" + Guid.NewGuid().ToString("N")[..8];
            Directory.Move(target, replaced);
        }
        Directory.Move(Path, target);
        complete = true;
        if (replaced is not null)
            Directory.Delete(replaced, recursive: true);
    }

    public void Dispose()
    {
        alive.Dispose();
        if (!complete && Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    // The lock of a running export cannot be opened.
    private static void RemoveIfAbandoned(string folder)
    {
        try
        {
            string lockFile = System.IO.Path.Combine(folder, LockName);
            if (File.Exists(lockFile))
                new FileStream(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // Another export to the same place is at work; whoever ends last stays.
        }
    }
}
