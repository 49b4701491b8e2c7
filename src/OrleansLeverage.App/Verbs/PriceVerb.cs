using System.CommandLine;
using OrleansLeverage.App.Options;
using OrleansLeverage.App.Output;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage price</c>: options, their price and first-order sensitivities.</summary>
internal static class PriceVerb
{
    private static readonly OptionSource Source = new();

    public static Command Command()
    {
        Command command = new("price", "Price and first-order Greeks of options, one or a file of them");
        command.Add(PictureFile.Svg);
        Source.AddTo(command);
        return command.Does((parsed, terminal, cancellation) =>
            GreeksVerb.ShowAsync(Source, parsed, terminal, isAll: false, cancellation));
    }
}
