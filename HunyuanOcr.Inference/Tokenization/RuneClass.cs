using System.Globalization;
using System.Text;

namespace HunyuanOcr.Inference.Tokenization;

/// <summary>A set of Unicode scalar values: one member of a regular expression that matches a single character.</summary>
/// <remarks>Unlike .NET's own regular expressions it sees a character outside the BMP as one character, as Oniguruma does in the `tokenizers` library.</remarks>
internal sealed class RuneClass
{
    private readonly List<(int Low, int High)> ranges = [];
    private readonly List<RuneClass> classes = [];
    private readonly bool[] ascii = new bool[128];
    private uint categories;
    private bool negated;
    private bool ignoreCase;

    /// <summary>Any character that is not a line feed.</summary>
    public static RuneClass AnyButLineFeed() => new RuneClass().Add('\n', '\n').Negate().Seal();

    /// <summary>White space as Unicode's White_Space property has it.</summary>
    public static RuneClass WhiteSpace() =>
        new RuneClass().Add(9, 13).Add(' ', ' ').Add(0x85, 0x85).Add(0xA0, 0xA0).Add(0x1680, 0x1680).Add(0x2000, 0x200A)
            .Add(0x2028, 0x2029).Add(0x202F, 0x202F).Add(0x205F, 0x205F).Add(0x3000, 0x3000).Seal();

    public RuneClass Add(int low, int high)
    {
        ranges.Add((low, high));
        return this;
    }

    public RuneClass Add(RuneClass other)
    {
        classes.Add(other);
        return this;
    }

    /// <summary>Adds a general category by its one- or two-letter name.</summary>
    /// <returns>False where the name is no general category.</returns>
    public bool TryAddCategory(string name)
    {
        uint mask = 0;
        for (UnicodeCategory category = 0; category <= UnicodeCategory.OtherNotAssigned; category++)
            if (ShortNames[(int)category].StartsWith(name, StringComparison.Ordinal))
                mask |= 1u << (int)category;
        categories |= mask;
        return mask != 0 && name.Length is 1 or 2;
    }

    public RuneClass Negate()
    {
        negated = true;
        return this;
    }

    public RuneClass IgnoreCase()
    {
        ignoreCase = true;
        return this;
    }

    /// <summary>Call once after the last change: makes the table for ASCII.</summary>
    public RuneClass Seal()
    {
        for (int value = 0; value < ascii.Length; value++)
            ascii[value] = Compute(value);
        return this;
    }

    public bool Contains(int rune) => rune < 128 ? ascii[rune] : Compute(rune);

    private static readonly string[] ShortNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
        "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    private bool Compute(int rune) => (Holds(rune) || (ignoreCase && HoldsOtherCase(rune))) != negated;

    private bool Holds(int rune)
    {
        if (categories != 0 && (categories & (1u << (int)CharUnicodeInfo.GetUnicodeCategory(rune))) != 0)
            return true;
        foreach ((int low, int high) in ranges)
            if (rune >= low && rune <= high)
                return true;
        foreach (RuneClass other in classes)
            if (other.Contains(rune))
                return true;
        return false;
    }

    // The two signs outside ASCII whose simple case folding is an ASCII letter: long s and the Kelvin sign.
    private bool HoldsOtherCase(int rune) => rune switch
    {
        0x17F => Holds('s') || Holds('S'),
        0x212A => Holds('k') || Holds('K'),
        's' or 'S' => Holds('s') || Holds('S') || Holds(0x17F),
        'k' or 'K' => Holds('k') || Holds('K') || Holds(0x212A),
        >= 0xD800 and <= 0xDFFF => false,
        _ => Holds(Rune.ToLowerInvariant(new Rune(rune)).Value) || Holds(Rune.ToUpperInvariant(new Rune(rune)).Value),
    };
}
