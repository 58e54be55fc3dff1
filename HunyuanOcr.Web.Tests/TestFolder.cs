namespace HunyuanOcr.Web.Tests;

/// <summary>Folders of tests at their end.</summary>
internal static class TestFolder
{
    /// <summary>Deletes a folder. What was stopped a moment ago may still write its last line there: then it is deleted once more.</summary>
    internal static void Delete(string folder)
    {
        for (int tries = 0; Directory.Exists(folder); tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (tries < 300)
            {
                Thread.Sleep(100);
            }
        }
    }
}
