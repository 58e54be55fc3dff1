namespace HunyuanOcr.Web.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "HunyuanOcr.sln")))
                return folder.FullName;
        throw new InvalidOperationException("HunyuanOcr.sln lies in no folder above the tests.");
    }
}
