insert into states values ('open');
