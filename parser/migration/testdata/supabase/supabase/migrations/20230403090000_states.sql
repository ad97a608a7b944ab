-- pg-delta: transaction=false
alter type state add value 'closed';
create table states (name state);
