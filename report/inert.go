package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
)

// CI systems look for commands anywhere in the lines of a log ("##vso[...]",
// "##teamcity[...]"), and a report may be printed there. No document of ours
// has two number signs in a row: the second is written as the escape that its
// format has, and whoever reads the document sees no difference.

// encodeJSON writes a document in the form that people can read: the <, > and &
// of SQL are as they are.
func encodeJSON(w io.Writer, document any, indent string) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(document); err != nil {
		return err
	}
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte("##"), []byte(`#\u0023`)))
	return err
}

// encodeXML writes an XML 1.0 document. Characters that XML has no way to say
// become U+FFFD, so that no report is refused for the name of a file.
func encodeXML(w io.Writer, document any) error {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	encoder := xml.NewEncoder(&b)
	encoder.Indent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte("##"), []byte("#&#35;")))
	return err
}
