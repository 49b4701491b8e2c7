using Xunit;

namespace OrleansLeverage.Tests.Repository;

/// <summary>The repository as it stands breaks none of its own rules.</summary>
public sealed class LintTests
{
    [Fact]
    public void ProjectsKnowOnlyWhomTheyMay() => None(ProjectLint.Directions(RepositoryFiles.Projects));

    [Fact]
    public void PackagesStayWhereTheyBelong() => None(ProjectLint.Packages(RepositoryFiles.Projects));

    [Fact]
    public void PackageVersionsArePinnedInOnePlace() => None(ProjectLint.Versions(RepositoryFiles.All));

    [Fact]
    public void EveryProjectIsInTheSolutionAndTheFilter() => None(ProjectLint.Listed(RepositoryFiles.Projects,
        RepositoryFiles.File("OrleansLeverage.sln").Text, RepositoryFiles.File("infra/embedded.slnf").Text));

    [Fact]
    public void TopLevelHoldsOnlyWhatBelongsThere() => None(ProjectLint.TopLevel(RepositoryFiles.TopLevel()));

    [Fact]
    public void NoBannedCalls() => None(SourceLint.BannedCalls(RepositoryFiles.CSharp));

    [Fact]
    public void UnsafeCodeLivesInTheKernel() => None(
        SourceLint.UnsafeCode(RepositoryFiles.CSharp).Concat(ProjectLint.UnsafeBlocks(RepositoryFiles.Projects)));

    [Fact]
    public void TheApiKnowsNoEngine() => None(SourceLint.EnginesInWeb(RepositoryFiles.CSharp));

    [Fact]
    public void NothingIsLeftOpen() => None(SourceLint.LeftOpenWork(RepositoryFiles.All));

    [Fact]
    public void NoPathsOfOneMachineAndNoRegistries() => None(SourceLint.PlacesOfOneMachine(RepositoryFiles.All));

    [Fact]
    public void LinesFitTheColumns() => None(SourceLint.LongLines(RepositoryFiles.All));

    [Fact]
    public void FilesStaySmall() => None(SourceLint.FileSizes(RepositoryFiles.CSharp.ToList()));

    private static void None(IEnumerable<Finding> findings) =>
        Assert.True(!findings.Any(), string.Join(Environment.NewLine, findings.Take(500)));
}
