using OrleansLeverage.Benchmarks;

// dotnet run --project tests/OrleansLeverage.Benchmarks -c Release -- NAME [--tiny]
return await BenchmarkCommand.RunAsync(args, Console.Out);
