namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// Numbers that carry their first and second derivatives by n parameters, as flat spans:
/// <code>[ value | gradient: n | Hessian: lower triangle by rows, n(n+1)/2 ]</code>
/// Derivatives are exact to rounding, where differences would lose half of the digits: an error from the Hessian needs
/// them (Fiorentini, Calzolari and Panattoni 1996). With order 0 a jet is its value alone.
/// </summary>
internal readonly struct Jet(int parameters, int order)
{
    public int N { get; } = order > 0 ? parameters : 0;

    public int Size { get; } = order switch
    {
        0 => 1,
        1 => 1 + parameters,
        _ => 1 + parameters + parameters * (parameters + 1) / 2,
    };

    public bool HasHessian { get; } = order > 1;

    /// <summary>Place of a second derivative, row ≥ column.</summary>
    public int At(int row, int column) => 1 + N + row * (row + 1) / 2 + column;

    public int AtPair(int a, int b) => a >= b ? At(a, b) : At(b, a);

    /// <summary>The parameter itself.</summary>
    public void Parameter(Span<double> to, int index, double value)
    {
        to[..Size].Clear();
        to[0] = value;
        if (N > 0)
        {
            to[1 + index] = 1.0;
        }
    }

    /// <summary>to = f(of), from f, f' and f'' at the value; in place where both are one.</summary>
    public void Apply(Span<double> to, ReadOnlySpan<double> of, double f, double first, double second)
    {
        if (HasHessian)
        {
            var at = 1 + N;
            for (var i = 1; i <= N; i++)
            {
                var scaled = second * of[i];
                for (var j = 1; j <= i; j++, at++)
                {
                    to[at] = first * of[at] + scaled * of[j];
                }
            }
        }
        for (var i = 1; i <= N; i++)
        {
            to[i] = first * of[i];
        }
        to[0] = f;
    }

    /// <summary>to = a·b. <paramref name="to"/> may be either.</summary>
    public void Multiply(Span<double> to, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var (va, vb) = (a[0], b[0]);
        if (HasHessian)
        {
            var at = 1 + N;
            for (var i = 1; i <= N; i++)
            {
                for (var j = 1; j <= i; j++, at++)
                {
                    to[at] = va * b[at] + vb * a[at] + a[i] * b[j] + a[j] * b[i];
                }
            }
        }
        for (var i = 1; i <= N; i++)
        {
            to[i] = va * b[i] + vb * a[i];
        }
        to[0] = va * vb;
    }

    /// <summary>to += factor·of.</summary>
    public void Add(Span<double> to, ReadOnlySpan<double> of, double factor)
    {
        for (var i = 0; i < Size; i++)
        {
            to[i] += factor * of[i];
        }
    }

    /// <summary>to = scale·of, where to may be of.</summary>
    public void Scale(Span<double> to, ReadOnlySpan<double> of, double scale)
    {
        for (var i = 0; i < Size; i++)
        {
            to[i] = scale * of[i];
        }
    }

    /// <summary>to += parameter·of, the parameter at a place.</summary>
    public void AddTimes(Span<double> to, int parameter, double value, ReadOnlySpan<double> of)
    {
        Add(to, of, value);
        AddParameterTerm(to, parameter, of, 1.0);
    }

    /// <summary>The part of factor·parameter·of that comes from the parameter's own derivative.</summary>
    public void AddParameterTerm(Span<double> to, int parameter, ReadOnlySpan<double> of, double factor)
    {
        if (N == 0)
        {
            return;
        }
        to[1 + parameter] += factor * of[0];
        if (HasHessian)
        {
            for (var i = 0; i < N; i++)
            {
                to[AtPair(parameter, i)] += factor * of[1 + i] * (i == parameter ? 2.0 : 1.0);
            }
        }
    }

    /// <summary>q = e²/h from e and L = ln h, without dividing jets.</summary>
    public void Ratio(Span<double> to, ReadOnlySpan<double> e, ReadOnlySpan<double> logVariance)
    {
        var inverse = Math.Exp(-logVariance[0]);
        var q = e[0] * e[0] * inverse;
        var twice = 2.0 * e[0] * inverse;
        if (HasHessian)
        {
            var at = 1 + N;
            for (var i = 1; i <= N; i++)
            {
                for (var j = 1; j <= i; j++, at++)
                {
                    to[at] = q * (logVariance[i] * logVariance[j] - logVariance[at])
                        - twice * (e[i] * logVariance[j] + e[j] * logVariance[i] - e[at])
                        + 2.0 * inverse * e[i] * e[j];
                }
            }
        }
        for (var i = 1; i <= N; i++)
        {
            to[i] = twice * e[i] - q * logVariance[i];
        }
        to[0] = q;
    }
}
