create table orders (
    id bigint generated always as identity primary key,
    note text default '---- not the separator ----'
);
grant select on orders to {{ .role }};
{{ template "shared/touch.sql" . }}

---- create above / drop below ----

drop function touch();
drop table orders;
