using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Jobs;

/// <summary>The routes of jobs and of the scenarios that they run.</summary>
internal static class JobRoutes
{
    private static readonly TakesParameter Job = new("id", "The job, a ULID", "01JZ8Q6Z7V5N3K2M4P6R8T0WXY")
    {
        Pattern = Names.UlidPattern,
    };

    public static IServiceCollection AddJobs(this IServiceCollection services) =>
        services.AddSingleton(provider => new JobBoard(provider.GetRequiredService<ILeverageGrid>(),
            provider.GetRequiredService<GridServerOptions>().Jobs, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<JobBoard>>()));

    public static void MapJobs(this IEndpointRouteBuilder app, string prefix)
    {
        var services = app.ServiceProvider;
        var options = services.GetRequiredService<GridServerOptions>();
        var jobs = new JobEndpoints(services.GetRequiredService<ILeverageGrid>(),
            services.GetRequiredService<JobBoard>(), options.Clock);
        app.MapJson(prefix + "/jobs", new RequestReader<JobRequest>(JobRequests.Choose, JobRequests.Any, null,
            perItem: false, options.Limits), jobs.PostAsync).RequireScope(Scope.Operate)
            .Describe("startJob", "A cascade or a stress test over all accounts, beside everything else",
                typeof(JobView), status: StatusCodes.Status202Accepted);
        app.MapRead(prefix + "/jobs", ReadParameters.Page, jobs.GetAllAsync).RequireScope(Scope.Read)
            .Describe("jobs", "Jobs, newest first", typeof(JobsView));
        app.MapRead(prefix + "/jobs/{id}", [], jobs.GetAsync).RequireScope(Scope.Read).Takes(Job)
            .Describe("job", "How far a job is", typeof(JobView));
        app.MapRead(prefix + "/jobs/{id}/result", [ReadParameters.Format], jobs.GetResultAsync)
            .RequireScope(Scope.Read).Takes(Job).WithMetadata(new TellsReach())
            .Describe("jobResult", "What came of a job", typeof(JobResultView));
        app.MapRemoval(prefix + "/jobs/{id}", jobs.DeleteAsync).RequireScope(Scope.Operate).Takes(Job)
            .Describe("cancelJob", "Cancels a job; one that is over stays as it is", typeof(JobView));
        app.MapRead(prefix + "/stress/scenarios", [ReadParameters.Format], jobs.GetLibraryAsync)
            .RequireScope(Scope.Read).ShowsNoAccounts()
            .Describe("scenarios", "The library of stress scenarios over this market", typeof(LibraryView));
    }
}
