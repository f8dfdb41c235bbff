using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Emitting;

/// <summary>The manifests' classes that a host takes, in sequence order.</summary>
internal sealed record HostModel(EquatableArray<string> Manifests);

/// <summary>Writes a host's <c>AddDeclarative()</c> and <c>MapDeclarative()</c>, internal and in the root namespace.</summary>
internal static class HostEmitter
{
    public const string HintName = "DeclarativeHost.g.cs";

    public static SourceText Emit(HostModel host, ProjectModel project)
    {
        var code = new CodeWriter();
        if (project.HasGlobalUsings)
        {
            code.Line("global using global::Declarative;");
            code.Line($"global using global::{project.RootNamespace};");
        }

        code.Line();
        code.Open($"namespace {project.RootNamespace}");
        code.Line("/// <summary>Adds to this host what its modules declare.</summary>");
        code.Line($"[global::System.CodeDom.Compiler.GeneratedCode(\"Declarative\", \"{Binding.Manifest.GeneratorVersion}\")]");
        code.Open("internal static class DeclarativeHostExtensions");
        code.Line("/// <summary>Adds the modules of this application and of its references, their publishers and the delivery engine.</summary>");
        code.Line("/// <param name=\"builder\">The application's builder.</param>");
        code.Line("/// <param name=\"configure\">Chooses the store, adds notifiers and JSON contracts.</param>");
        code.Open("public static global::Microsoft.Extensions.Hosting.IHostApplicationBuilder AddDeclarative(this global::Microsoft.Extensions.Hosting.IHostApplicationBuilder builder, global::System.Action<global::Declarative.DeclarativeBuilder>? configure = null)");
        code.Open("global::Declarative.Modules.DeclarativeHost.Add(builder, new global::System.Func<global::Declarative.Modules.ModuleManifest>[]");
        foreach (var manifest in host.Manifests)
            code.Line($"{manifest}.Create,");
        code.Close("}, configure);");
        code.Line("return builder;");
        code.Close();
        code.Line();
        code.Line("/// <summary>Maps the routes that the modules declare; gives their group, so that conventions can be added.</summary>");
        code.Line("/// <param name=\"endpoints\">The application.</param>");
        code.Line("public static global::Microsoft.AspNetCore.Routing.RouteGroupBuilder MapDeclarative(this global::Microsoft.AspNetCore.Routing.IEndpointRouteBuilder endpoints)");
        code.Line("    => global::Declarative.Modules.DeclarativeHost.Map(endpoints);");
        code.Close().Close();
        return code.ToSource();
    }
}
