using System.Text;
using OrleansLeverage.Web.Edge;
using Xunit;

namespace OrleansLeverage.Tests.Web.Edge;

public sealed class JsonScanTests
{
    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"a":[[[[[[{}]]]]]]}""", null)]
    [InlineData("""{"a":[[[[[[[{}]]]]]]]}""", "json_depth")]
    [InlineData("""[[[[[[[[[""", "json_depth")]
    [InlineData("""{"a":1,[[[[[[[[[[""", "json_syntax")]
    [InlineData("", "json_syntax")]
    [InlineData("  ", "json_syntax")]
    [InlineData("null", "empty_body")]
    [InlineData("[]", "json_syntax")]
    [InlineData("1", "json_syntax")]
    [InlineData("\"a\"", "json_syntax")]
    [InlineData("{\"a\":1,}", "json_syntax")]
    [InlineData("{/*x*/\"a\":1}", "json_syntax")]
    [InlineData("{\"a\":1}x", "json_syntax")]
    [InlineData("{\"a\":1}{\"a\":2}", "json_syntax")]
    [InlineData("null null", "json_syntax")]
    [InlineData("{\"a\":NaN}", "json_syntax")]
    [InlineData("{\"a\":\"\u0001\"}", "json_syntax")]
    [InlineData("{\"a\":\"\\x\"}", "json_syntax")]
    [InlineData("{'a':1}", "json_syntax")]
    [InlineData("\uFEFF{}", "json_syntax")]
    public void StructureIsJudgedWhole(string body, string? code) =>
        Assert.Equal(code, JsonScan.StructureFault(Encoding.UTF8.GetBytes(body), 8));

    [Theory]
    [InlineData("7b2241223a22fffe227d")]
    [InlineData("7b2241223a22c328227d")]
    [InlineData("7b2241223a22eda080227d")]
    [InlineData("7b7dc3")]
    public void BadBytesComeBeforeSyntax(string hex) =>
        Assert.Equal("bad_unicode", JsonScan.StructureFault(Convert.FromHexString(hex), 8));

    [Theory]
    [InlineData("""{"a":"\uD83D\uDE00"}""", null)]
    [InlineData("""{"a":"\uD83D"}""", "bad_unicode")]
    [InlineData("""{"a":"\uDE00"}""", "bad_unicode")]
    [InlineData("""{"a":"\uD83Dx"}""", "bad_unicode")]
    [InlineData("""{"a":"\uD83D\n"}""", "bad_unicode")]
    [InlineData("""{"\uD83D":1}""", "bad_unicode")]
    [InlineData("""{"a":"\u0000"}""", "control_char")]
    [InlineData("""{"a":"\n"}""", "control_char")]
    [InlineData("""{"\t":1}""", "control_char")]
    [InlineData("""{"a":"\u007f"}""", "control_char")]
    [InlineData("{\"a\":\"\u007f\"}", "control_char")]
    [InlineData("{\"a\":\"\u0085\"}", "control_char")]
    [InlineData("""{"a":"\u0000","b":"\uDE00"}""", "bad_unicode")]
    [InlineData("""{"a":"\"\\\/é\u00e9"}""", null)]
    public void TextsAreJudgedAfterwards(string body, string? code)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Null(JsonScan.StructureFault(bytes, 8));
        Assert.Equal(code, JsonScan.TextFault(bytes));
    }
}
