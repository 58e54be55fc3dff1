using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace HunyuanOcr.Web.Security;

/// <summary>The text that a caller sends as its key.</summary>
internal static class ApiSecret
{
    /// <summary>Before every key that is made here, so that people and secret scanners know one when they see it.</summary>
    internal const string Mark = "hyo-";

    /// <summary>Characters that are kept and shown, to tell keys apart: the mark and 8 of the 43 that follow.</summary>
    private const int PrefixLength = 12;

    /// <summary>A new key of 256 random bits.</summary>
    internal static string New() => Mark + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is stored instead of the key. One pass of SHA-256 is enough, and right, for a key of 256 random bits: nobody can try them out, with or without a
    /// slow function. Slow functions (bcrypt, Argon2) protect passwords that people choose; here they would cost every request tens of milliseconds.</summary>
    internal static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    internal static string Prefix(string secret) => secret[..Math.Min(PrefixLength, secret.Length)];
}
