using System.Text.Json;
using HunyuanOcr.Web.Api;

namespace HunyuanOcr.Web.Tests.Api;

public sealed class ApiRequestsTests
{
    [Theory]
    [InlineData(typeof(ChatCompletionRequest))]
    [InlineData(typeof(TextCompletionRequest))]
    public void Every_field_that_the_description_names_is_one_that_the_route_takes(Type described)
    {
        bool chat = described == typeof(ChatCompletionRequest);
        foreach (string field in described.GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)).Where(name => name != "equality_contract"))
        {
            // A value of a type that no field has: a known field is refused for its value, an unknown one for its name.
            string given = field is "messages" or "prompt" ? "" : $",\"{field}\":[[]]";
            string body = chat ? $$"""{"model":"m","messages":[]{{given}}}""" : $$"""{"model":"m","prompt":"p"{{given}}}""";
            if (field == "model")
                body = chat ? """{"model":[[]],"messages":[]}""" : """{"model":[[]],"prompt":"p"}""";
            using JsonDocument document = JsonDocument.Parse(body);
            string? code = null;
            try
            {
                _ = chat ? ChatQuestion.Read(document.RootElement, new ApiOptions(), 0) : TextQuestion.Read(document.RootElement, new ApiOptions(), 0);
            }
            catch (ApiFaultException refused)
            {
                code = refused.Fault.Code;
            }
            Assert.True(code is "invalid_value" || (code is null && field == "prompt"), $"{field}: {code}");
        }
    }
}
