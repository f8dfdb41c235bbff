using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Diagnostics;

/// <summary>Every diagnostic, its id never used for anything else. Each has a page in <c>docs/diagnostics</c>.</summary>
internal static class Descriptors
{
    /// <summary>Where the pages are; relative until the project has an address.</summary>
    public const string HelpRoot = "docs/diagnostics/";

    public static readonly DiagnosticDescriptor MalformedXml = Error(
        "DCL0001", "Malformed XML", "This file is no well-formed XML from here on: {0} What stands before it still counts.");

    public static readonly DiagnosticDescriptor ForbiddenXml = Error(
        "DCL0002", "Document type or limit", "{0}");

    public static readonly DiagnosticDescriptor UnreadableFile = Error(
        "DCL0003", "Unreadable file", "'{0}' is listed but can't be read; restore the file or remove it from the project");

    public static readonly DiagnosticDescriptor UnknownName = Warning(
        "DCL0004", "Unknown element or attribute", "{0} is not known here and is ignored; {1}");

    public static readonly DiagnosticDescriptor WrongRoot = Error(
        "DCL0005", "Wrong root element", "The root element of {1} is <{2}>, not <{0}>; nothing in this file counts");

    public static readonly DiagnosticDescriptor MissingAttribute = Error(
        "DCL0006", "Missing attribute", "<{0}> needs the attribute '{1}'{2}");

    public static readonly DiagnosticDescriptor MalformedValue = Error(
        "DCL0007", "Malformed value", "'{0}' can't be {1}: {2}");

    public static readonly DiagnosticDescriptor MissingElement = Error(
        "DCL0008", "Missing element", "<{0}> needs {1}{2}");

    public static readonly DiagnosticDescriptor Repeated = Warning(
        "DCL0009", "Stated twice", "{0} is stated twice here; the {1} counts");

    public static readonly DiagnosticDescriptor DuplicateEvent = Error(
        "DCL0010", "Duplicate event", "The event '{0}' is already declared in {1}; rename one of them or remove this one");

    public static readonly DiagnosticDescriptor UpperCaseEventName = Warning(
        "DCL0011", "Upper-case event name", "Event names are stored in lower case; write '{0}'");

    public static readonly DiagnosticDescriptor IdentifierCollision = Error(
        "DCL0012", "Two events, one C# name", "The events '{0}' and '{1}' would both become {2}; rename one of them");

    public static readonly DiagnosticDescriptor ClassNotFound = Error(
        "DCL0013", "Class not found", "There is no type '{0}' in this project or its references{1}");

    public static readonly DiagnosticDescriptor MethodNotFound = Error(
        "DCL0014", "Method not found", "'{0}' has no instance method '{1}'{2}");

    public static readonly DiagnosticDescriptor AmbiguousOverload = Error(
        "DCL0015", "Ambiguous overload", "'{0}' has several methods '{1}'; say which one, e.g. method=\"{2}\"");

    public static readonly DiagnosticDescriptor ParameterNotCarried = Error(
        "DCL0016", "Parameter that can't be carried", "The parameter '{0}' of '{1}' can't be carried: {2}");

    public static readonly DiagnosticDescriptor ResultNotCarried = Error(
        "DCL0017", "Result that can't be carried", "'{0}' can't give what is to be sent: {1}");

    public static readonly DiagnosticDescriptor OverrideMismatch = Error(
        "DCL0018", "Override with other parameters", "The event '{0}' takes ({1}) in {2}, but ({3}) in {4}; an override keeps names and types");

    public static readonly DiagnosticDescriptor NotAccessible = Error(
        "DCL0019", "Class not accessible", "'{0}' can't be used by generated code because it is {1}; make it internal or public");

    public static readonly DiagnosticDescriptor CircularSequence = Error(
        "DCL0020", "Circular sequence", "The modules wait for each other: {0}; remove one of these <sequence> entries");

    public static readonly DiagnosticDescriptor TwoModules = Error(
        "DCL0021", "Two modules in one assembly", "One assembly is one module: '{0}' counts, move '{1}' to a project of its own");

    public static readonly DiagnosticDescriptor UnknownManifest = Error(
        "DCL0022", "Unknown manifest format", "The assembly '{0}' was built with Declarative {1} (manifest format {2}); this is Declarative {3} and reads format {4}. Use the same package version in both.");

    public static readonly DiagnosticDescriptor Disagreement = Error(
        "DCL0023", "Declarations disagree", "{0} is declared otherwise in {1}: {2}; make both agree or keep one");

    public static readonly DiagnosticDescriptor AttributeOnImplementation = Error(
        "DCL0024", "Attribute on an implementation", "'{0}' implements '{1}'; put [{2}] on the interface's method, which is what is called");

    public static readonly DiagnosticDescriptor SameModuleTwice = Error(
        "DCL0025", "Module name used twice", "The assemblies '{0}' and '{1}' both call their module '{2}'; rename one in its etc/module.xml");

    public static readonly DiagnosticDescriptor UnknownResource = Warning(
        "DCL0026", "Unknown resource", "The resource '{0}', which {1} needs, is {2}");

    public static readonly DiagnosticDescriptor TwoParents = Error(
        "DCL0027", "Resource under two parents", "The resource '{0}' stands {1} in {2}, but {3} in {4}; a resource has one parent");

    public static readonly DiagnosticDescriptor NoTitle = Warning(
        "DCL0028", "Resource without a title", "The resource '{0}'{1} has no title in any module, so that people see its id; {2}");

    public static readonly DiagnosticDescriptor NotDisabled = Warning(
        "DCL0029", "Not disabled after all", "disabled=\"{0}\" does not switch '{1}' off; write disabled=\"true\", or leave the attribute out");

    public static readonly DiagnosticDescriptor NoSuchParameter = Error(
        "DCL0030", "No such parameter", "'{0}' is no {1} of '{2}'{3}");

    public static readonly DiagnosticDescriptor UnreachableRoute = Warning(
        "DCL0031", "Unreachable route", "The route '{0}' in {1} is never reached: '{2}' in {3} has the same form and is declared later, so it always wins");

    public static readonly DiagnosticDescriptor ObjectInQuery = Warning(
        "DCL0032", "Object without a body", "The parameter '{0}' of '{1}' is an object, and {2} has no body: it can only come as {0}[field]=… in the query. Use POST or PUT, or take plain values");

    public static readonly DiagnosticDescriptor IncompleteRoute = Error(
        "DCL0033", "Incomplete route", "The route '{0}'{1} has {2} in any module known here");

    public static readonly DiagnosticDescriptor AnonymousAndMore = Warning(
        "DCL0034", "Anonymous and more", "Anybody may call '{0}'{1}, since 'anonymous' is among its resources; '{2}' means nothing beside it");

    public static readonly DiagnosticDescriptor RuleWithoutParent = Error(
        "DCL0035", "Rule without a parent", "The event '{0}'{1} has rules but no parent: name the event that it is for as its parent, and give it a name of its own");

    public static readonly DiagnosticDescriptor UnknownOperator = Error(
        "DCL0036", "Unknown operator", "There is no operator '{0}'; {1}");

    public static readonly DiagnosticDescriptor OperatorNotApplicable = Error(
        "DCL0037", "Operator that can't be applied", "'{0}' can't compare the field '{1}': {2}");

    public static readonly DiagnosticDescriptor ValueNotComparable = Error(
        "DCL0038", "Value that can't be compared", "'{0}' can't compare with '{1}': {2}");

    public static readonly DiagnosticDescriptor NoSuchField = Warning(
        "DCL0039", "No such field", "'{0}' is no field of {1}{2}");

    public static readonly DiagnosticDescriptor WrongClass = Error(
        "DCL0040", "Class of the wrong kind", "'{0}' can't be {1}: it {2}");

    public static readonly DiagnosticDescriptor UnknownEvent = Warning(
        "DCL0041", "Unknown event", "The event '{0}'{1} is declared by no module known here{2}");

    public static readonly DiagnosticDescriptor AliasIsEvent = Error(
        "DCL0042", "Alias with an event's name", "The subscription '{0}'{1} has the parent '{2}', so it needs a name of its own: {3}");

    public static readonly DiagnosticDescriptor NoSuchPlugin = Error(
        "DCL0043", "No such plugin event", "There can't be an event '{0}': {1}");

    public static readonly DiagnosticDescriptor NotDecorated = Error(
        "DCL0044", "Interface that can't be decorated", "'{0}' can't be decorated: {1}");

    public static readonly DiagnosticDescriptor UnknownElement = Error(
        "DCL0045", "Unknown element", "{0} is not known here; {1}");

    public static readonly DiagnosticDescriptor EmptyValue = Warning(
        "DCL0046", "Empty value", "<{0}> of the integration '{1}' is empty and counts as not stated; write a value, or leave the element out");

    public static readonly DiagnosticDescriptor ReadableUrl = Warning(
        "DCL0047", "Secrets on an open way", "Whatever lies between can read what is sent to '{0}'; write https:// in <{1}>");

    public static readonly DiagnosticDescriptor MissingAncestors = Warning(
        "DCL0048", "Missing ancestors", "The integration '{0}'{1} lists resources, but not what they stand under; add {2}");

    public static readonly DiagnosticDescriptor HalfIntegration = Warning(
        "DCL0049", "Half an integration", "The integration '{0}'{1} stands in no etc/integration/{2} of any module known here, so that {3}");

    public static readonly DiagnosticDescriptor NoEmail = Warning(
        "DCL0050", "Integration without an e-mail address", "The integration '{0}'{1} has no e-mail address in any module known here; add an <email>, so that somebody can be asked about it");

    public static readonly DiagnosticDescriptor NotAfterIntegration = Info(
        "DCL0051", "Module before Magento_Integration", "The module '{0}' declares an integration; where it is used with the originals, Magento_Integration must be in the <sequence> of its etc/module.xml");

    public static readonly DiagnosticDescriptor HandlerMissing = Warning(
        "DCL0052", "Handler not written yet", "There is no class '{0}' yet, so '{1}' is answered with 501; the class to write stands in {2}{3}");

    public static readonly DiagnosticDescriptor HandlerMismatch = Error(
        "DCL0053", "Handler of another payload", "'{0}' {1} the event carries '{2}'; implement IEventHandler<{2}>{3}");

    public static readonly DiagnosticDescriptor TwoHandlers = Error(
        "DCL0054", "Two handlers for one event", "The consumer '{0}' takes the event '{1}'{2} in {3} already; an event has one handler, so remove one of them");

    public static readonly DiagnosticDescriptor Contradiction = Error(
        "DCL0055", "Contradiction", "{0} contradicts {1}; keep one of them");

    public static readonly DiagnosticDescriptor SecretInXml = Error(
        "DCL0056", "Secret in the XML", "The attribute '{0}' of <{1}> holds something that is no key of the configuration and may be a secret, which everybody can read here; put it into the configuration and write its key, e.g. {2}");

    public static readonly DiagnosticDescriptor UnknownKind = Error(
        "DCL0057", "Unknown kind", "There is no {0} '{1}'; {2}");

    public static readonly DiagnosticDescriptor Unsafe = Error(
        "DCL0058", "Unsafe choice", "With {0}=\"none\" anybody who reaches '{1}' can send events; check who sends, or write acknowledged=\"true\" if that is meant");

    public static readonly DiagnosticDescriptor PathClash = Error(
        "DCL0059", "Path that is taken", "{0}{1} can't have the path '{2}': {3}");

    public static readonly DiagnosticDescriptor PatternOrRange = Error(
        "DCL0060", "Bad pattern or range", "{0}=\"{1}\" makes no sense on the field '{2}': {3}");

    public static readonly DiagnosticDescriptor FieldCollision = Error(
        "DCL0061", "Two fields, one C# name", "{0} '{1}' and '{2}' would both become {3}; rename one of them{4}");

    public static readonly DiagnosticDescriptor GeneratedName = Error(
        "DCL0062", "Generated name that is taken", "The {0} of '{1}' can't become '{2}': {3}");

    public static readonly DiagnosticDescriptor IncompleteConsumer = Error(
        "DCL0063", "Incomplete consumer", "The consumer '{0}'{1} has no path in any module known here");

    public static readonly DiagnosticDescriptor UnreadableArgument = Error(
        "DCL0064", "Argument that can't be read", "The generator can't see what this argument of [{0}] is, so that it would count for nothing; write the text itself, or a constant of your own (what is generated is not there yet)");

    public static readonly DiagnosticDescriptor AdditionToNothing = Error(
        "DCL0065", "Addition to nothing", "[{0}] says more of what [{1}] declares, and there is none beside it; add [{1}], or remove this one");

    public static readonly DiagnosticDescriptor HandlerUncalled = Warning(
        "DCL0066", "Handler that nothing calls", "No consumer of this project names '{0}', so that it handles nothing; declare the event that it is for, or remove it");

    public static readonly DiagnosticDescriptor PublisherUnused = Info(
        "DCL0067", "Event that is not published", "Nothing in this project publishes '{0}'; use {1}, or remove the event");

    public static readonly DiagnosticDescriptor MethodRenamed = Info(
        "DCL0068", "Method that a file may mean", "'{0}' may be what {1} means: '{2}' has no method '{3}'");

    private static DiagnosticDescriptor Info(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Error(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Create(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Create(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, "Declarative", severity, isEnabledByDefault: true, helpLinkUri: HelpRoot + id + ".md");
}
