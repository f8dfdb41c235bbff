using System;
using System.Linq;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator;

/// <summary>
/// What newer compilers offer and the one that this is compiled against doesn't have, found once. <c>RegisterPreCompilationSourceOutput</c> (experimental in Roslyn 5.9)
/// puts source into the compilation before any generator looks at it, so that others see it too. It may depend on files and options only.
/// </summary>
internal static class RoslynLightUp
{
    private static readonly MethodInfo? PreCompilation = typeof(IncrementalGeneratorInitializationContext).GetMethods().FirstOrDefault(IsPreCompilation);

    public static bool HasPreCompilation => PreCompilation is not null;

    /// <summary>What each value gives goes to the compiler first of all; only where <see cref="HasPreCompilation"/>.</summary>
    public static void RegisterPreCompilation<T>(this IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<T> values, Func<T, string> hintName, Func<T, SourceText> emit)
    {
        // The first parameter's type can't be named here.
        var register = PreCompilation!.MakeGenericMethod(typeof(T));
        var action = register.GetParameters()[1].ParameterType;
        var (output, value) = (Expression.Parameter(action.GenericTypeArguments[0]), Expression.Parameter(typeof(T)));
        var add = Expression.Call(output, AddSource(output.Type)!, Expression.Invoke(Expression.Constant(hintName), value), Expression.Invoke(Expression.Constant(emit), value));
        register.Invoke(context, [values, Expression.Lambda(action, add, output, value).Compile()]);
    }

    /// <summary>Whether it is the method, and still as it is called here: what is experimental may change, and then it counts as not there.</summary>
    private static bool IsPreCompilation(MethodInfo method)
    {
        if (method.Name != "RegisterPreCompilationSourceOutput" || method.GetGenericArguments().Length != 1)
            return false;
        var parameters = Array.ConvertAll(method.GetParameters(), one => one.ParameterType);
        return parameters.Length == 2 && Is(parameters[0], typeof(IncrementalValuesProvider<>)) && Is(parameters[1], typeof(Action<,>)) && AddSource(parameters[1].GenericTypeArguments[0]) is not null;
    }

    private static bool Is(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static MethodInfo? AddSource(Type output) => output.GetMethod("AddSource", [typeof(string), typeof(SourceText)]);
}
