using System.Collections.Frozen;
using System.Text;

namespace HunyuanOcr.Inference.Tokenization;

/// <summary>The printable characters that stand for the 256 bytes in a byte-level vocabulary (GPT-2's table).</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Build();
    private static readonly FrozenDictionary<char, byte> Bytes =
        Characters.Select((character, value) => (character, value)).ToFrozenDictionary(pair => pair.character, pair => (byte)pair.value);

    /// <summary>The character that stands for a byte.</summary>
    public static char Character(byte value) => Characters[value];

    /// <summary>The bytes that a vocabulary entry stands for; an entry that is not in the alphabet stands for its own UTF-8.</summary>
    public static byte[] BytesOf(string entry)
    {
        byte[] bytes = new byte[entry.Length];
        for (int index = 0; index < entry.Length; index++)
            if (!Bytes.TryGetValue(entry[index], out bytes[index]))
                return Encoding.UTF8.GetBytes(entry);
        return bytes;
    }

    private static char[] Build()
    {
        char[] characters = new char[256];
        int next = 256;
        for (int value = 0; value < 256; value++)
            characters[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : (char)next++;
        return characters;
    }
}
