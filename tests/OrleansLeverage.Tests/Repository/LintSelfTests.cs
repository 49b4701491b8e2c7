using Xunit;

namespace OrleansLeverage.Tests.Repository;

/// <summary>Each rule sees the fault it is there for, and leaves the innocent neighbour alone.</summary>
public sealed class LintSelfTests
{
    [Theory]
    [InlineData("Domain", "Kernel")]
    [InlineData("Kernel", "Analytics")]
    [InlineData("Web", "Market")]
    [InlineData("Engine", "Web")]
    [InlineData("Utils", "Domain")]
    public void AWrongDirectionIsSeen(string project, string other) =>
        Assert.NotEmpty(ProjectLint.Directions([Project(project, Reference(other))]));

    [Theory]
    [InlineData("Kernel", "Domain")]
    [InlineData("Web", "Engine")]
    [InlineData("Grains", "Contracts")]
    public void ARightDirectionIsNot(string project, string other) =>
        Assert.Empty(ProjectLint.Directions([Project(project, Reference(other))]));

    [Fact]
    public void ATestProjectThatNeedsOrleansIsSeen() => Assert.NotEmpty(ProjectLint.Directions(
        [new("tests/OrleansLeverage.Tests/OrleansLeverage.Tests.csproj", Xml(Reference("Silo")))]));

    [Theory]
    [InlineData("Engine", "Microsoft.Orleans.Server")]
    [InlineData("Domain", "CsvHelper")]
    [InlineData("Analytics", "Polly.Core")]
    public void APackageInTheWrongProjectIsSeen(string project, string package)
    {
        var reference = $"<PackageReference Include=\"{package}\" />";
        Assert.NotEmpty(ProjectLint.Packages([Project(project, reference)]));
        Assert.Empty(ProjectLint.Packages([Project("Silo", reference)]));
    }

    [Theory]
    [InlineData("10.*")]
    [InlineData("[1.0,2.0)")]
    [InlineData("*")]
    public void AFloatingVersionIsSeen(string version)
    {
        Assert.NotEmpty(ProjectLint.Versions([Central(version)]));
        Assert.Empty(ProjectLint.Versions([Central("10.0.15")]));
    }

    [Theory]
    [InlineData("<PackageReference Include=\"A\" Version=\"1.0.0\" />")]
    [InlineData("<PackageReference Include=\"A\" VersionOverride=\"1.0.0\" />")]
    public void AVersionInAProjectIsSeen(string item) =>
        Assert.NotEmpty(ProjectLint.Versions([Project("Engine", item)]));

    [Fact]
    public void ALockFileIsSeen() => Assert.NotEmpty(ProjectLint.Versions([new("src/A/packages.lock.json", "{}")]));

    [Fact]
    public void AProjectOutsideTheSolutionIsSeen()
    {
        var (engine, silo) = (Project("Engine", ""), Project("Silo", ""));
        var solution = """
            "src\OrleansLeverage.Engine\OrleansLeverage.Engine.csproj"
            "src\OrleansLeverage.Silo\OrleansLeverage.Silo.csproj"
            """;
        var filter = """ "src\\OrleansLeverage.Engine\\OrleansLeverage.Engine.csproj" """;
        Assert.Empty(ProjectLint.Listed([engine, silo], solution, filter));
        Assert.Single(ProjectLint.Listed([engine], "", filter));
        Assert.Single(ProjectLint.Listed([engine], solution, ""));
        Assert.Single(ProjectLint.Listed([silo], solution, solution.Replace(@"\", @"\\")));
    }

    [Fact]
    public void AStrangerAtTheTopIsSeen() =>
        Assert.Equal("notes.txt", Assert.Single(ProjectLint.TopLevel([".git", "src", "README.md", "notes.txt"])).Path);

    [Theory]
    [InlineData("var t = DateTime.UtcNow;")]
    [InlineData("var t = DateTimeOffset . Now;")]
    [InlineData("Log($\"at {DateTime.UtcNow}\");")]
    [InlineData("Thread.Sleep(5);")]
    [InlineData("return task.Result;")]
    [InlineData("return Load().Result.Length;")]
    [InlineData("var random = new Random();")]
    [InlineData("Random random = new();")]
    [InlineData("Random.Shared.Next();")]
    public void ABannedCallIsSeen(string line) => Assert.NotEmpty(SourceLint.BannedCalls([Source("Market", line)]));

    [Theory]
    [InlineData("// DateTime.UtcNow is banned")]
    [InlineData("/* Thread.Sleep */")]
    [InlineData("var text = \"DateTime.UtcNow\";")]
    [InlineData("var text = @\"a\"\"Random.Shared\";")]
    [InlineData("var random = new Random(seed);")]
    [InlineData("return TypedResults.Ok();")]
    [InlineData("return Result(task);")]
    [InlineData("var quote = '\"'; var text = \"Thread.Sleep\";")]
    public void AnInnocentLineIsNot(string line) => Assert.Empty(SourceLint.BannedCalls([Source("Market", line)]));

    [Theory]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("File.ReadAllText(path);")]
    [InlineData("Directory.GetFiles(path);")]
    [InlineData("var clock = TimeProvider.System;")]
    [InlineData("await task;")]
    public void AnImpureCallIsSeenWhereItMatters(string line)
    {
        Assert.NotEmpty(SourceLint.BannedCalls([Source("Domain", line)]));
        Assert.Empty(SourceLint.BannedCalls([Source("Market", line)]));
    }

    [Fact]
    public void UnsafeOutsideTheKernelIsSeen()
    {
        Assert.NotEmpty(SourceLint.UnsafeCode([Source("Engine", "unsafe { }")]));
        Assert.Empty(SourceLint.UnsafeCode([Source("Kernel", "unsafe { }")]));
        Assert.NotEmpty(ProjectLint.UnsafeBlocks([Project("Web", "<AllowUnsafeBlocks>true</AllowUnsafeBlocks>")]));
    }

    [Fact]
    public void AnEngineInTheApiIsSeen()
    {
        Assert.NotEmpty(SourceLint.EnginesInWeb([Source("Web", "using OrleansLeverage.Engine.Embedded;")]));
        Assert.NotEmpty(SourceLint.EnginesInWeb([Source("Web", "using OrleansLeverage.Engine.Deleveraging.Saga;")]));
        Assert.Empty(SourceLint.EnginesInWeb([Source("Web", "using OrleansLeverage.Engine.Deleveraging;")]));
        Assert.Empty(SourceLint.EnginesInWeb([Source("Web", "using OrleansLeverage.Engine;")]));
        Assert.Empty(SourceLint.EnginesInWeb([Source("App", "using OrleansLeverage.Engine.Embedded;")]));
    }

    [Theory]
    [InlineData("// TO", "DO later")]
    [InlineData("throw new NotImplemented", "Exception();")]
    [InlineData("[Fact(Sk", "ip = \"slow\")]")]
    public void OpenWorkIsSeen(string start, string end) =>
        Assert.NotEmpty(SourceLint.LeftOpenWork([Source("Web", start + end)]));

    [Theory]
    [InlineData("see /", "work/shared")]
    [InlineData("\"/", "home/me/data\"")]
    [InlineData("https://api.", "nuget.org/v3")]
    public void APlaceOfOneMachineIsSeen(string start, string end)
    {
        Assert.NotEmpty(SourceLint.PlacesOfOneMachine([Source("Web", start + end)]));
        Assert.Empty(SourceLint.PlacesOfOneMachine([Source("Web", "GET /v1/accounts and infra/work/x")]));
    }

    [Fact]
    public void ALongLineAndALongFileAreSeen()
    {
        Assert.NotEmpty(SourceLint.LongLines([Source("Web", new string('x', 121))]));
        Assert.Empty(SourceLint.LongLines([Source("Web", new string('x', 120))]));
        Assert.NotEmpty(SourceLint.FileSizes([Source("Web", new string('\n', 601))]));
        Assert.NotEmpty(SourceLint.FileSizes([Source("Web", new string('\n', 121))]));
        Assert.Empty(SourceLint.FileSizes([Source("Web", new string('\n', 120))]));
    }

    [Fact]
    public void CodeIsToldFromLiterals()
    {
        const string Text = "a // b\n\"c\" d /* e\nf */ g $\"{h}\" @\"i\\\" j \"\"\"k \" l\"\"\" m 'n' o";
        Assert.Equal("a     \n    d     \n     g $\"{h}\"       j             m     o", CSharpText.Blank(Text));
    }

    private static RepositoryFile Source(string project, string text) =>
        new($"src/OrleansLeverage.{project}/A.cs", text);

    private static RepositoryFile Central(string version) => new("Directory.Packages.props",
        Xml($"<PackageVersion Include=\"A\" Version=\"{version}\" />"));

    private static RepositoryFile Project(string name, string items) =>
        new($"src/OrleansLeverage.{name}/OrleansLeverage.{name}.csproj", Xml(items));

    private static string Reference(string other) =>
        $"<ProjectReference Include=\"../OrleansLeverage.{other}/OrleansLeverage.{other}.csproj\" />";

    private static string Xml(string items) => $"<Project><ItemGroup>{items}</ItemGroup></Project>";
}
