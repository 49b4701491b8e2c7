using OrleansLeverage.Conformance;

return ConformanceRun.Execute(args, Console.Out);
