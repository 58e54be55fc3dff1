using HunyuanOcr.Inference.Execution;

namespace HunyuanOcr.Inference.Engine;

/// <summary>The vectors of pictures already seen, within a limit of bytes; what was asked for longest ago goes first. Belongs to the engine's thread.</summary>
internal sealed class VisionCache(long byteLimit)
{
    private readonly Dictionary<string, LinkedListNode<(string Key, VisionVectors Vectors)>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, VisionVectors Vectors)> byUse = new();

    /// <summary>Bytes held.</summary>
    public long ByteCount { get; private set; }

    /// <summary>Finds a picture's vectors and marks them as used now.</summary>
    public VisionVectors? Find(string key)
    {
        if (!entries.TryGetValue(key, out LinkedListNode<(string Key, VisionVectors Vectors)>? entry))
            return null;
        byUse.Remove(entry);
        byUse.AddLast(entry);
        return entry.Value.Vectors;
    }

    /// <summary>Keeps a picture's vectors; those larger than the whole limit are not kept.</summary>
    public void Add(string key, VisionVectors vectors)
    {
        long bytes = vectors.ByteCount;
        if (bytes > byteLimit || entries.ContainsKey(key))
            return;
        while (ByteCount + bytes > byteLimit)
            DropOldest();
        entries[key] = byUse.AddLast((key, vectors));
        ByteCount += bytes;
    }

    private void DropOldest()
    {
        (string key, VisionVectors vectors) = byUse.First!.Value;
        byUse.RemoveFirst();
        entries.Remove(key);
        ByteCount -= vectors.ByteCount;
    }
}
