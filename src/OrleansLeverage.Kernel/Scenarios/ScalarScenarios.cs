namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>One scenario after the other.</summary>
internal sealed unsafe class ScalarScenarios : IScenarioRows
{
    public string Name => "scalar";

    public void Sweep(ScenarioChunk chunk, ScenarioVectors marks, ScenarioPart part)
    {
        for (var row = 0; row < ScenarioChunk.Rows; row++)
        {
            if (chunk.Told[row] != ScenarioChunk.Free)
            {
                part.Take(chunk, row, marks, ScenarioValue.Of(chunk, row, marks));
            }
        }
    }
}
