using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;

namespace HunyuanOcr.Inference.Tokenization;

/// <summary>Byte-level BPE with the ids of the `tokenizers` library. Safe to use from many threads.</summary>
/// <remarks>
/// Every string round-trips through <see cref="Encode(string, bool)"/> and <see cref="Decode"/>; a lone surrogate has no UTF-8 and becomes U+FFFD.
/// Characters that newer Unicode versions brought may fall in another category than in the reference library's own tables.
/// </remarks>
internal sealed class BpeTokenizer
{
    private const int CachedPieceLength = 24, CachedPieces = 8192;
    private readonly FrozenDictionary<string, int> vocabulary;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> entries;
    private readonly FrozenDictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> added;
    private readonly int[] addedLengths;
    private readonly char[] addedStarts;
    private readonly MergeTable merges;
    private readonly PreTokenizer preTokenizer;
    private readonly bool ignoreMerges;
    private readonly int[] byteIds = new int[256];
    private readonly byte[]?[] bytes;
    private readonly string?[] texts;
    private readonly FrozenSet<int> special;
    private readonly ConcurrentDictionary<string, int[]> cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> cached;
    private int cacheCount;
    private BpeMerger? idleMerger;

    private BpeTokenizer(TokenizerFile file)
    {
        vocabulary = file.Vocabulary.ToFrozenDictionary(StringComparer.Ordinal);
        entries = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        added = file.AddedTokens.DistinctBy(token => token.Content).ToFrozenDictionary(token => token.Content, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        addedLengths = [.. file.AddedTokens.Select(token => token.Content.Length).Distinct().OrderDescending()];
        addedStarts = [.. file.AddedTokens.Select(token => token.Content[0]).Distinct()];
        special = file.AddedTokens.Where(token => token.Special).Select(token => token.Id).ToFrozenSet();
        merges = new MergeTable(file.Merges);
        preTokenizer = file.PreTokenizer;
        ignoreMerges = file.IgnoreMerges;
        cached = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int value = 0; value < 256; value++)
            byteIds[value] = vocabulary[ByteAlphabet.Character((byte)value).ToString()];

        int size = file.Vocabulary.Values.Concat(file.AddedTokens.Select(token => token.Id)).Max() + 1;
        bytes = new byte[]?[size];
        foreach ((string entry, int id) in vocabulary)
            bytes[id] = ByteAlphabet.BytesOf(entry);
        foreach (AddedToken token in file.AddedTokens)
            bytes[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        texts = new string?[size];
        LongestEntry = vocabulary.Values.Max(id => bytes[id]!.Length);
    }

    /// <summary>One more than the highest id; a model's vocabulary may be padded beyond it.</summary>
    public int Count => bytes.Length;

    /// <summary>Bytes of the longest entry of the vocabulary; a text of n UTF-16 units takes n / LongestEntry tokens at least.</summary>
    public int LongestEntry { get; }

    /// <summary>Reads a tokenizer.json.</summary>
    /// <exception cref="OcrConfigurationException">It is missing, damaged, or holds a part that is not supported; the message names it.</exception>
    public static BpeTokenizer Load(string path) => new(TokenizerFile.Read(path));

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="parseSpecialTokens">
    /// True for a template, where strings of added tokens mean these tokens. False for what a user wrote, where they are ordinary text.
    /// </param>
    public int[] Encode(string text, bool parseSpecialTokens) => Encode([new TextPiece(text, FromUser: !parseSpecialTokens)]);

    /// <summary>The ids of text that comes in part from a template and in part from a user.</summary>
    /// <remarks>Ordinary text on both sides of a border is encoded as one, as the reference library does with the rendered prompt.</remarks>
    public int[] Encode(IEnumerable<TextPiece> pieces)
    {
        List<int> ids = [];
        StringBuilder ordinary = new();
        foreach (TextPiece piece in pieces)
        {
            ReadOnlySpan<char> rest = piece.Text;
            while (!piece.FromUser && FindAdded(rest, out int start, out AddedToken token))
            {
                ordinary.Append(rest[..start]);
                EncodeOrdinary(ordinary, ids);
                ids.Add(token.Id);
                rest = rest[(start + token.Content.Length)..];
            }
            ordinary.Append(rest);
        }
        EncodeOrdinary(ordinary, ids);
        return [.. ids];
    }

    /// <summary>The text of ids. Bytes that are no UTF-8 show as U+FFFD.</summary>
    /// <param name="ids">Token ids; one that the tokenizer does not know stands for nothing.</param>
    /// <param name="skipSpecialTokens">Leaves special tokens out.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        using MemoryStream collected = new();
        foreach (int id in ids)
            if (!skipSpecialTokens || !IsSpecial(id))
                collected.Write(Bytes(id));
        return Encoding.UTF8.GetString(collected.GetBuffer(), 0, (int)collected.Length);
    }

    /// <summary>The text of one token alone; part of a character shows as U+FFFD, a special token as its string.</summary>
    public string TokenText(int id)
    {
        if ((uint)id >= (uint)texts.Length)
            return "";
        return texts[id] ??= Encoding.UTF8.GetString(Bytes(id));
    }

    /// <summary>The UTF-8 bytes of a token; empty for an id that the tokenizer does not know.</summary>
    public ReadOnlySpan<byte> Bytes(int id) => (uint)id < (uint)bytes.Length ? bytes[id] : default;

    /// <summary>Whether a token is a mark that decoded text leaves out.</summary>
    public bool IsSpecial(int id) => special.Contains(id);

    private static string WellFormed(string text)
    {
        ReadOnlySpan<char> rest = text;
        for (int at = 0; at < rest.Length; at++)
        {
            if (!char.IsSurrogate(rest[at]))
                continue;
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1]))
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            at++;
        }
        return text;
    }

    // Leftmost, and the longest of those that begin there.
    private bool FindAdded(ReadOnlySpan<char> text, out int start, out AddedToken token)
    {
        token = default;
        start = 0;
        for (int from = 0; from < text.Length; from++)
        {
            int offset = text[from..].IndexOfAny(addedStarts);
            if (offset < 0)
                return false;
            from += offset;
            foreach (int length in addedLengths)
            {
                if (length > text.Length - from || !added.TryGetValue(text.Slice(from, length), out token))
                    continue;
                start = from;
                return true;
            }
        }
        return false;
    }

    private void EncodeOrdinary(StringBuilder text, List<int> ids)
    {
        if (text.Length == 0)
            return;
        string ordinary = WellFormed(text.ToString());
        text.Clear();
        BpeMerger merger = Interlocked.Exchange(ref idleMerger, null) ?? new BpeMerger(merges);
        preTokenizer.Split(ordinary, piece => EncodePiece(piece, merger, ids));
        Volatile.Write(ref idleMerger, merger);
    }

    private void EncodePiece(ReadOnlySpan<char> piece, BpeMerger merger, List<int> ids)
    {
        bool cacheable = piece.Length <= CachedPieceLength;
        if (cacheable && cached.TryGetValue(piece, out int[]? known))
        {
            ids.AddRange(known);
            return;
        }
        int before = ids.Count;
        MergePiece(piece, merger, ids);
        // The cache only ever grows to its limit: the words of a language come early, and nothing is worth evicting them.
        if (cacheable && Volatile.Read(ref cacheCount) < CachedPieces && cache.TryAdd(piece.ToString(), [.. ids[before..]]))
            Interlocked.Increment(ref cacheCount);
    }

    private void MergePiece(ReadOnlySpan<char> piece, BpeMerger merger, List<int> ids)
    {
        byte[] utf8 = new byte[Encoding.UTF8.GetByteCount(piece)];
        Encoding.UTF8.GetBytes(piece, utf8);
        if (ignoreMerges)
        {
            string entry = string.Create(utf8.Length, utf8, static (span, source) =>
            {
                for (int at = 0; at < span.Length; at++)
                    span[at] = ByteAlphabet.Character(source[at]);
            });
            if (entries.TryGetValue(entry, out int id))
            {
                ids.Add(id);
                return;
            }
        }
        int[] symbols = new int[utf8.Length];
        for (int at = 0; at < symbols.Length; at++)
            symbols[at] = byteIds[utf8[at]];
        merger.Merge(symbols, ids);
    }
}
