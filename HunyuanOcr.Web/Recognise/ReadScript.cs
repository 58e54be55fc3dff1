namespace HunyuanOcr.Web.Recognise;

/// <summary>The language that the letters of a line give away, for the lang attribute: fonts draw Han letters differently in Chinese and Japanese, and Arabic needs its ligatures.</summary>
internal static class ReadScript
{
    /// <summary>"ar", "fa", "ur", "he", "ja", "ko", "zh", "th", "hi"; null where the letters leave it open.</summary>
    internal static string? Lang(string text)
    {
        bool arabic = false, han = false;
        foreach (char letter in text)
            switch (letter)
            {
                case 'پ' or 'چ' or 'ژ' or 'گ': return "fa";
                case 'ٹ' or 'ڈ' or 'ڑ' or 'ں' or 'ے': return "ur";
                case >= '\u0590' and <= '\u05FF': return "he";
                case >= '\u3040' and <= '\u30FF': return "ja";
                case >= '\uAC00' and <= '\uD7AF' or >= '\u1100' and <= '\u11FF': return "ko";
                case >= '\u0E00' and <= '\u0E7F': return "th";
                case >= '\u0900' and <= '\u097F': return "hi";
                case >= '\u0600' and <= '\u06FF' or >= '\u0750' and <= '\u077F' or >= '\uFB50' and <= '\uFDFF' or >= '\uFE70' and <= '\uFEFC': arabic = true; break;
                case >= '\u3400' and <= '\u9FFF': han = true; break;
            }
        return arabic ? "ar" : han ? "zh" : null;
    }
}
