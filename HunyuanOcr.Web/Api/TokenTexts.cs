using System.Text;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Api;

/// <summary>The text of each token of an answer: what the answer grew by with it. All together they are the answer.</summary>
/// <remarks>A token that holds a part of a character has no text; the one that completes it has the whole character.</remarks>
internal sealed class TokenTexts
{
    private readonly StringBuilder _answer = new();
    private int _taken;

    /// <summary>Where the next token's text begins, in UTF-16 units.</summary>
    internal int Offset => _taken;

    internal void Append(string text) => _answer.Append(text);

    internal string Take(OcrToken token)
    {
        int end = Math.Clamp(token.TextLength, _taken, _answer.Length);
        string text = _answer.ToString(_taken, end - _taken);
        _taken = end;
        return text;
    }
}
