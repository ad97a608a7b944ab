package rules
import ("testing";"fmt";"context";"os";"sort"
"github.com/migracheck/migracheck/analyzer/replay"
"github.com/migracheck/migracheck/parser/migration")
func TestZZ(t *testing.T){
 dir:=os.Getenv("ZZ"); if dir=="" {t.Skip()}
 sets,err:=migration.Load(context.Background(),[]string{dir},migration.Options{})
 if err!=nil {fmt.Println(err);return}
 n:=map[string]int{}
 if os.Getenv("SPLIT")!="" { for _,set:=range sets { for i,m:=range set.Migrations { 
   Run(nil,replay.Up([]*migration.Migration{m},replay.Options{}),All(),Options{})
   tl:=replay.Up([]*migration.Migration{m},replay.Options{})
   for _,f:=range Run(nil,tl,All(),Options{}) { n[f.Severity.String()+" "+f.Rule.Name]++; if os.Getenv("RULE")==f.Rule.Name {fmt.Println(line(f))} }
   if i%10==0 { in:=map[*migration.Migration]bool{}; for _,x:=range set.Migrations[i:] {in[x]=true}
   Run(sets,replay.Up(set.Migrations,replay.Options{InWindow:func(m *migration.Migration)bool{return in[m]}}),All(),Options{Today:today}) }
 }}; fmt.Println(n); return }
 for _,set:=range sets {
 tl:=replay.Up(set.Migrations,replay.Options{})
 fs:=Run(sets,tl,All(),Options{Today:today})
 for _,f:=range fs { n[f.Severity.String()+" "+f.Rule.Name]++
   if os.Getenv("RULE")=="" || os.Getenv("RULE")==f.Rule.Name { fmt.Println(line(f)) } }
 fmt.Println(dir,set.Layout,len(set.Migrations),len(tl.Statements))
 }
 var k []string; for x:=range n {k=append(k,x)}; sort.Strings(k); for _,x:=range k {fmt.Println("  ",n[x],x)}
}
