using System.Buffers;
using System.Text;

namespace HunyuanOcr.Inference.Tokenization;

/// <summary>Turns tokens into text as they come. What it hands out never ends within a character; special tokens give no text.</summary>
/// <remarks>All pieces together equal <see cref="BpeTokenizer.Decode"/> of the same ids.</remarks>
internal sealed class TokenTextStream(BpeTokenizer tokenizer)
{
    private byte[] buffer = new byte[64];
    private int pending;

    /// <summary>Whether the tokens so far end inside a character.</summary>
    public bool InsideCharacter => pending > 0;

    /// <summary>Takes one token in.</summary>
    /// <returns>The text that it completed; empty for a special token or the middle of a character.</returns>
    public string Append(int id)
    {
        ReadOnlySpan<byte> bytes = tokenizer.IsSpecial(id) ? default : tokenizer.Bytes(id);
        if (bytes.IsEmpty)
            return "";
        int count = pending + bytes.Length;
        if (buffer.Length < count)
            Array.Resize(ref buffer, count);
        bytes.CopyTo(buffer.AsSpan(pending));
        pending = Unfinished(buffer.AsSpan(0, count));
        string text = Encoding.UTF8.GetString(buffer, 0, count - pending);
        buffer.AsSpan(count - pending, pending).CopyTo(buffer);
        return text;
    }

    /// <summary>Ends the stream.</summary>
    /// <returns>U+FFFD for a character that was cut off, otherwise nothing.</returns>
    public string Finish()
    {
        string text = Encoding.UTF8.GetString(buffer, 0, pending);
        pending = 0;
        return text;
    }

    // How many bytes at the end begin a character that they do not finish: at most three.
    private static int Unfinished(ReadOnlySpan<byte> bytes)
    {
        for (int length = 1; length <= Math.Min(3, bytes.Length); length++)
            if (Rune.DecodeFromUtf8(bytes[^length..], out _, out int consumed) == OperationStatus.NeedMoreData && consumed == length)
                return length;
        return 0;
    }
}
