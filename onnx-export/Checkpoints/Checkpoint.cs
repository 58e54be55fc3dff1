using System.Security.Cryptography;
using System.Text;
using OnnxExport.Configuration;

namespace OnnxExport.Checkpoints;

/// <summary>The weights of a Hugging Face folder, in one safetensors file or in shards, under canonical names.</summary>
internal sealed class Checkpoint : IDisposable
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> files = [];
    private readonly Dictionary<string, StoredTensor> tensors = new(StringComparer.Ordinal);

    private Checkpoint(string folder) => Folder = folder;

    public string Folder { get; }

    /// <exception cref="CheckpointException">No weights, a shard or tensor missing, or a damaged file.</exception>
    public static Checkpoint Open(string folder)
    {
        var checkpoint = new Checkpoint(folder);
        try
        {
            if (File.Exists(Path.Combine(folder, IndexName)))
                checkpoint.OpenShards();
            else if (File.Exists(Path.Combine(folder, SingleName)))
                checkpoint.Add(SingleName);
            else
                throw new CheckpointException($"{folder} holds no weights: neither {SingleName} nor {IndexName} is there.");
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public bool Has(string canonicalName) => tensors.ContainsKey(canonicalName);

    /// <summary>A tensor of exactly this shape.</summary>
    /// <exception cref="CheckpointException">It is missing or of another shape.</exception>
    public StoredTensor Get(string canonicalName, params ReadOnlySpan<long> shape)
    {
        if (!tensors.TryGetValue(canonicalName, out StoredTensor? tensor))
            throw new CheckpointException($"The checkpoint has no tensor {canonicalName} (older name {WeightNames.Older(canonicalName)}); expected with shape {StoredTensor.Describe(shape.ToArray())}.");
        if (!shape.SequenceEqual(tensor.Shape.ToArray()))
            throw new CheckpointException($"{tensor.File.Name}: tensor {tensor.Name} has shape {StoredTensor.Describe(tensor.Shape)}, config.json asks for {StoredTensor.Describe(shape.ToArray())}.");
        return tensor;
    }

    /// <summary>
    /// What sha256sum prints for the weight file, or, of a sharded checkpoint, for the lines that <c>sha256sum *.safetensors</c> prints.
    /// </summary>
    public string Hash(CancellationToken cancel)
    {
        List<(string Name, string Hash)> hashes = [.. files.Select(file => (file.Name, HashFile(file.Name, cancel)))];
        if (hashes.Count == 1)
            return hashes[0].Hash;
        string lines = string.Concat(hashes.Select(file => $"{file.Hash}  {file.Name}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)));
    }

    public void Dispose()
    {
        foreach (SafetensorsFile file in files)
            file.Dispose();
    }

    private void OpenShards()
    {
        JsonSection map = JsonSection.Read(Path.Combine(Folder, IndexName)).Section("weight_map")
            ?? throw new CheckpointException($"{IndexName} has no weight_map.");
        List<(string Tensor, string File)> entries = [.. map.Pairs().Select(pair => (pair.Key, pair.Value))];
        foreach (string name in entries.Select(entry => entry.File).Distinct().Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(name) != name)
                throw new CheckpointException($"{IndexName} names the file {name}, which lies outside the folder.");
            if (!File.Exists(Path.Combine(Folder, name)))
                throw new CheckpointException($"{IndexName} names the file {name}, which is missing in {Folder}.");
            Add(name);
        }
        foreach ((string tensor, string file) in entries)
        {
            if (!tensors.TryGetValue(WeightNames.Canonical(tensor), out StoredTensor? found) || found.File.Name != file)
                throw new CheckpointException($"{IndexName} says that tensor {tensor} is in {file}, which does not hold it.");
        }
    }

    private void Add(string name)
    {
        SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Folder, name));
        files.Add(file);
        foreach (StoredTensor tensor in file.Tensors)
        {
            string canonical = WeightNames.Canonical(tensor.Name);
            if (!tensors.TryAdd(canonical, tensor))
                throw new CheckpointException($"Tensors {tensors[canonical].Name} in {tensors[canonical].File.Name} and {tensor.Name} in {name} are the same weight, {canonical}.");
        }
    }

    private string HashFile(string name, CancellationToken cancel)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new FileStream(Path.Combine(Folder, name), FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        var buffer = new byte[1 << 20];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, read));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
